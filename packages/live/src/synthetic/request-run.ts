import type { ResolvedService } from "@breakwater/scenario";
import { deriveHi, deriveLo, type Op, stepWord } from "@breakwater/scenario/plan";
import type { LiveEdge } from "../load/live-edge.ts";
import type { InsideFaults, SlowedBy, Strikable } from "./inside-faults.ts";
import type { Timing } from "./timing.ts";
import type { Workers } from "./workers.ts";

/** What the requests of one instance share. */
export interface House {
  readonly service: ResolvedService;
  readonly workers: Workers;
  readonly timing: Timing;
  readonly faults: InsideFaults;
  /** One breaker for each worker, not for each instance. */
  readonly perWorker: boolean;
}

type Ops = readonly Op<LiveEdge>[];

/** One request in work: goes through the steps of its endpoint, with a worker while it needs one. */
export class RequestRun {
  readonly #house: House;
  readonly #request: Strikable;
  readonly #depth: number;
  readonly #over = new AbortController();
  #slowed: SlowedBy;
  #worker: number;
  #lastWorker: number;
  #heldSinceMs = performance.now();
  #heldMs = 0;
  /** Branches that keep the worker busy right now. */
  #working = 0;
  #waiting: Promise<void> | undefined = undefined;
  degraded = false;

  /** @param worker the one that has taken the request up */
  constructor(house: House, request: Strikable, depth: number, worker: number) {
    this.#house = house;
    this.#request = request;
    this.#depth = depth;
    this.#worker = worker;
    this.#lastWorker = worker;
    this.#slowed = house.faults.slows(request);
  }

  /** How long it has held a worker. */
  get heldMs(): number {
    const now = this.#worker >= 0 ? performance.now() - this.#heldSinceMs : 0;
    return this.#heldMs + now;
  }

  /** Resolves to whether the answer is a good one; the worker is free then. */
  async run(ops: Ops): Promise<boolean> {
    const held = this.#house.faults.holds(this.#request);
    if (held !== undefined) await Promise.race([held, this.#stopped()]);
    const ok = await this.#steps(ops);
    if (ok && !this.#over.signal.aborted) {
      this.#slowed = this.#slowed.with(this.#house.faults.slows(this.#request));
      const extraMs = this.#slowed.extraMs();
      if (extraMs > 0) await this.#work(extraMs);
    }
    const stopped = this.#over.signal.aborted && ok;
    this.stop();
    this.#free();
    return ok && !stopped;
  }

  /** Ends its work and its calls at once. */
  stop(): void {
    this.#over.abort();
  }

  async #steps(ops: Ops): Promise<boolean> {
    for (const op of ops) {
      if (this.#over.signal.aborted) return true;
      if (op.kind === "work") {
        const { hi, lo } = this.#request;
        await this.#work(this.#slowed.stretch(op.sample(hi, lo, op.purpose)));
      } else if (op.kind === "parallel") {
        if (!(await this.#fork(op.branches))) return false;
      } else if (this.#depth < op.maxDepth && !(await this.#call(op))) {
        return false;
      }
    }
    return true;
  }

  async #work(workMs: number): Promise<void> {
    await this.#hold();
    this.#working++;
    await this.#house.timing.work(workMs, this.#over.signal);
    this.#working--;
  }

  /** The first branch that fails ends the request. */
  async #fork(branches: readonly Ops[]): Promise<boolean> {
    let ok = true;
    this.#working++;
    const running = branches.map(async (ops) => {
      const good = await this.#steps(ops);
      if (!good) {
        ok = false;
        this.stop();
      }
      this.#beginWaiting();
    });
    this.#working--;
    this.#beginWaiting();
    await Promise.all(running);
    return ok;
  }

  async #call(op: Extract<Op<LiveEdge>, { kind: "call" }>): Promise<boolean> {
    const { hi, lo } = this.#request;
    const word = stepWord(op.edge.word, op.purpose);
    this.#beginWaiting();
    const { answered, degraded } = await op.edge.call({
      key: { hi: deriveHi(hi, lo, word), lo: deriveLo(hi, lo, word) },
      depth: this.#depth,
      part: this.#house.perWorker ? this.#lastWorker : 0,
      signal: this.#over.signal,
    });
    if (this.#over.signal.aborted) return true;
    if (degraded) this.degraded = true;
    return answered || op.optional;
  }

  /** Where workers do not wait, one is free while all branches do. */
  #beginWaiting(): void {
    if (this.#house.service.workersWait || this.#working > 0) return;
    this.#free();
  }

  #free(): void {
    if (this.#worker < 0) return;
    const worker = this.#worker;
    this.#heldMs += performance.now() - this.#heldSinceMs;
    this.#worker = -1;
    this.#house.workers.free(worker);
  }

  /** Gets a worker again, or waits with the other branches for the one that was asked for. */
  #hold(): Promise<void> {
    if (this.#worker >= 0) return Promise.resolve();
    this.#waiting ??= new Promise((resolve) => {
      const begin = (worker: number) => {
        this.#waiting = undefined;
        this.#worker = this.#lastWorker = worker;
        this.#heldSinceMs = performance.now();
        resolve();
        if (this.#over.signal.aborted) this.#free();
      };
      this.#house.workers.again({ begin, dropped: () => false });
    });
    return this.#waiting;
  }

  #stopped(): Promise<void> {
    const { signal } = this.#over;
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}
