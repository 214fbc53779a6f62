import type { Duplex } from "node:stream";
import type { Fault } from "./fault.ts";
import type { Stage, StageContext } from "./faults/kind.ts";
import type { LentReader } from "./lent-reader.ts";
import type { Direction } from "./types.ts";

/** What a channel needs of its connection. */
export interface ChannelOwner {
  readonly hangUp: () => void;
  readonly reset: () => void;
  readonly random: (fault: Fault, direction: Direction) => () => number;
  /** Counts bytes of the whole proxy. */
  readonly total: { received: number; sent: number };
}

interface Node {
  readonly fault: Fault;
  readonly stage: Stage;
}

/**
 * One direction of a connection: source → stages → sink. Without a fault a chunk is handed from socket to socket as
 * it is. The source is paused while the sink, or a stage, has enough.
 *
 * Always: bytes leave in the order in which they came; once the end has left, nothing does.
 */
export class Channel {
  received = 0;
  sent = 0;
  readonly #source: Duplex;
  readonly #sink: Duplex;
  readonly #direction: Direction;
  readonly #owner: ChannelOwner;
  #nodes: readonly Node[] = [];
  #open = true;

  constructor(
    source: Duplex,
    sink: Duplex,
    direction: Direction,
    owner: ChannelOwner,
    reader: LentReader | undefined,
  ) {
    this.#source = source;
    this.#sink = sink;
    this.#direction = direction;
    this.#owner = owner;
    if (reader === undefined) source.on("data", (chunk: Buffer) => this.#take(chunk));
    else reader.lend = (chunk) => this.#lent(chunk);
    source.on("end", () => this.#end(0));
    sink.on("drain", () => this.#flow());
  }

  /** Has exactly these faults, in this order, from now on. */
  use(faults: readonly Fault[]): void {
    if (!this.#open || (faults.length === 0 && this.#nodes.length === 0)) return;
    const gone = this.#nodes.filter(({ fault }) => !faults.includes(fault));
    // Released while it still has its place, so that what it holds goes through the stages behind it.
    for (const { stage } of gone) {
      stage.release();
      if (!this.#open) return;
    }
    const kept = new Map(this.#nodes.map((node) => [node.fault, node]));
    this.#nodes = faults.map((fault) => kept.get(fault) ?? this.#node(fault));
    this.#flow();
  }

  /** The attributes of a fault have changed. */
  changed(fault: Fault): void {
    this.#nodes.find((node) => node.fault === fault)?.stage.changed?.();
    this.#flow();
  }

  /** Nothing passes any more, and no timer is left. */
  stop(): void {
    this.#open = false;
    for (const { stage } of this.#nodes) stage.stop();
  }

  /** Bytes in memory that is somebody else's. Is it done with it? */
  #lent(chunk: Buffer): boolean {
    // A stage may keep what it gets.
    const copied = this.#nodes.length > 0;
    this.#take(copied ? Buffer.from(chunk) : chunk);
    return copied || this.#sink.writableLength === 0;
  }

  #take(chunk: Buffer): void {
    this.received += chunk.length;
    this.#owner.total.received += chunk.length;
    const first = this.#nodes[0];
    if (first === undefined) {
      this.#out(chunk);
      if (this.#open && this.#sink.writableNeedDrain) this.#source.pause();
      return;
    }
    if (this.#open) first.stage.push(chunk);
    if (this.#open && this.#mustWait()) this.#source.pause();
  }

  #out(chunk: Buffer): void {
    if (!this.#open) return;
    this.sent += chunk.length;
    this.#owner.total.sent += chunk.length;
    this.#sink.write(chunk);
  }

  /** The end reaches the stage with this index. */
  #end(index: number): void {
    if (!this.#open) return;
    const node = this.#nodes[index];
    if (node !== undefined) node.stage.end();
    else this.#sink.end();
  }

  #mustWait(): boolean {
    return this.#sink.writableNeedDrain || this.#nodes.some(({ stage }) => stage.full());
  }

  #flow(): void {
    if (this.#open && this.#source.isPaused() && !this.#mustWait()) this.#source.resume();
  }

  #node(fault: Fault): Node {
    const behind = (): number => this.#nodes.findIndex((node) => node.fault === fault) + 1;
    const context: StageContext<never> = {
      // Checked against the table of the kind that reads them.
      attributes: () => fault.attributes as never,
      random: this.#owner.random(fault, this.#direction),
      emit: (chunk) => {
        const next = this.#nodes[behind()];
        if (next !== undefined) next.stage.push(chunk);
        else this.#out(chunk);
      },
      emitEnd: () => this.#end(behind()),
      eased: () => this.#flow(),
      hangUp: this.#owner.hangUp,
      reset: this.#owner.reset,
    };
    const { stage } = fault.kind;
    if (stage === undefined) throw new Error(`${fault.kind.type} does nothing to bytes`);
    return { fault, stage: stage(context) };
  }
}
