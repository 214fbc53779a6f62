import type { StageContext } from "./kind.ts";

/** What a delay may hold for one direction of a connection before the sender has to wait. */
const HELD_BYTES = 8 * 1024 * 1024;

/** Due only when the fault is gone. */
export const FOREVER = Number.MAX_SAFE_INTEGER;

interface Held {
  readonly dueMs: number;
  /** undefined: the end of the stream. */
  readonly chunk: Buffer | undefined;
}

/**
 * Bytes that wait until they are due, in order. One timer, for the first. Nothing overtakes: what is put later
 * is due no earlier.
 */
export class DelayLine {
  readonly #context: Pick<StageContext<unknown>, "emit" | "emitEnd" | "eased">;
  readonly #limit: number;
  #held: Held[] = [];
  #bytes = 0;
  #lastDueMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    context: Pick<StageContext<unknown>, "emit" | "emitEnd" | "eased">,
    limit = HELD_BYTES,
  ) {
    this.#context = context;
    this.#limit = limit;
  }

  get full(): boolean {
    return this.#bytes >= this.#limit;
  }

  /** When the last of what waits is due; now, if nothing waits. */
  get lastDueMs(): number {
    return this.#held.length > 0 ? this.#lastDueMs : performance.now();
  }

  put(chunk: Buffer | undefined, dueMs: number): void {
    const now = performance.now();
    if (this.#held.length === 0 && dueMs <= now) {
      this.#pass(chunk);
      return;
    }
    this.#lastDueMs = Math.max(dueMs, this.#held.length > 0 ? this.#lastDueMs : 0);
    this.#held.push({ dueMs: this.#lastDueMs, chunk });
    this.#bytes += chunk?.length ?? 0;
    if (this.#timer === undefined) this.#arm(now);
  }

  /** Takes back everything that waits, to be put anew; `ended`: the end waited, too. */
  take(): { chunks: Buffer[]; ended: boolean } {
    const held = this.#held;
    this.stop();
    return {
      chunks: held.flatMap(({ chunk }) => chunk ?? []),
      ended: held.some(({ chunk }) => chunk === undefined),
    };
  }

  release(): void {
    const { chunks, ended } = this.take();
    for (const chunk of chunks) this.#context.emit(chunk);
    if (ended) this.#context.emitEnd();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#held = [];
    this.#bytes = 0;
  }

  #arm(now: number): void {
    const first = this.#held[0];
    if (first === undefined || first.dueMs === FOREVER) return;
    // Rounded up, since a timer must not come early.
    this.#timer = setTimeout(() => this.#ring(), Math.ceil(first.dueMs - now));
  }

  #ring(): void {
    this.#timer = undefined;
    const now = performance.now();
    const due = this.#held.findIndex(({ dueMs }) => dueMs > now);
    const ready = this.#held.splice(0, due === -1 ? this.#held.length : due);
    for (const { chunk } of ready) {
      this.#bytes -= chunk?.length ?? 0;
      this.#pass(chunk);
    }
    if (this.#timer === undefined) this.#arm(now);
    if (!this.full) this.#context.eased();
  }

  #pass(chunk: Buffer | undefined): void {
    if (chunk === undefined) this.#context.emitEnd();
    else this.#context.emit(chunk);
  }
}
