/**
 * Workers of a synchronous service: each one handles a request from beginning to end, its waits included, and is then
 * given the next one in line.
 *
 * Invariants
 *   1. A worker has one request at most, and no request waits while a worker is free.
 *   2. Requests are taken in the order in which they came.
 */
import { HttpProblem } from "./problem.ts";

/** How many requests may wait unless told; those beyond are refused with 503. */
const LONGEST_LINE = 10_000;

interface Waiting {
  readonly goes: (worker: number) => void;
  readonly left: () => void;
  readonly signal: AbortSignal | undefined;
}

export class Workers {
  readonly count: number;
  readonly #free: number[];
  readonly #line = new Set<Waiting>();
  readonly #longestLine: number;

  constructor(count: number, longestLine = LONGEST_LINE) {
    this.count = count;
    this.#free = Array.from({ length: count }, (_, index) => count - 1 - index);
    this.#longestLine = longestLine;
  }

  get busy(): number {
    return this.count - this.#free.length;
  }

  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Waits for a worker and has it do the task. A signal takes a waiting request out of the line; what a worker has
   * begun is for the task itself to end.
   */
  async run<T>(task: (worker: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const worker = this.#free.pop() ?? (await this.#wait(signal));
    try {
      return await task(worker);
    } finally {
      this.#release(worker);
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<number> {
    if (this.#line.size >= this.#longestLine) {
      const text = `all ${this.count} workers are busy and ${this.#line.size} requests wait`;
      throw new HttpProblem(503, text, { "retry-after": "1" });
    }
    return new Promise((resolve, reject) => {
      const left = (): void => {
        this.#line.delete(waiting);
        reject(signal?.reason);
      };
      const waiting: Waiting = { goes: resolve, left, signal };
      this.#line.add(waiting);
      signal?.addEventListener("abort", left);
    });
  }

  #release(worker: number): void {
    const [next] = this.#line;
    if (next === undefined) {
      this.#free.push(worker);
      return;
    }
    this.#line.delete(next);
    next.signal?.removeEventListener("abort", next.left);
    next.goes(worker);
  }
}
