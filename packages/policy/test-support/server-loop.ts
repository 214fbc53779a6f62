/** A dependency with c workers, one queue and exponential service times, behind a concurrency limiter. */
import type { Waiter } from "../src/bulkhead/waiting-line.ts";
import type { LimitDecision } from "../src/concurrency-limiter/limit-algorithm.ts";
import type { ConcurrencyLimiter } from "../src/concurrency-limiter/machine.ts";

export interface ServerConditions {
  readonly workers: number;
  readonly meanServiceMs: number;
  /** Offered load. */
  readonly perSecond: number;
  /** The client gives up after so long; the server does not notice. */
  readonly timeoutMs: number;
  /** Requests that find so many waiting are refused. */
  readonly serverQueue: number;
}

export interface Sent {
  readonly atMs: number;
  readonly endsAtMs: number;
  readonly outcome: "ok" | "dropped";
}

/** Numbers from 0 to 1 by key, the same in every run. */
export function keyed(seed: number): (index: number) => number {
  return (index) => {
    let h = Math.imul(index ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(seed + 1, 0xc2b2ae35);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
    return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** What one second looked like. */
export interface Second {
  readonly limit: number;
  answered: number;
  dropped: number;
}

export class ServerLoop {
  readonly limiter: ConcurrencyLimiter;
  readonly seconds: Second[] = [];
  readonly decisions: LimitDecision[] = [];
  conditions: ServerConditions;
  nowMs = 0;
  readonly #arrivals = keyed(1);
  readonly #services = keyed(2);
  #index = 0;
  #nextArrivalMs = 0;
  /** When each request at the server will be done, in order. */
  readonly #doneAtMs: number[] = [];
  readonly #out: Sent[] = [];

  constructor(limiter: ConcurrencyLimiter, conditions: ServerConditions) {
    this.limiter = limiter;
    this.conditions = conditions;
  }

  run(forMs: number): void {
    const untilMs = this.nowMs + forMs;
    for (;;) {
      const next = this.#out[0];
      const endMs = next?.endsAtMs ?? Infinity;
      if (Math.min(endMs, this.#nextArrivalMs) >= untilMs) break;
      if (next !== undefined && endMs <= this.#nextArrivalMs) this.#end(next);
      else this.#arrive();
    }
    this.nowMs = untilMs;
  }

  /** Mean per second over the latest seconds. */
  mean(of: (second: Second) => number, seconds: number): number {
    const latest = this.seconds.slice(-seconds);
    return latest.reduce((sum, second) => sum + of(second), 0) / latest.length;
  }

  #second(): Second {
    const index = Math.floor(this.nowMs / 1000);
    while (this.seconds.length <= index) {
      this.seconds.push({ limit: this.limiter.limit, answered: 0, dropped: 0 });
    }
    return this.seconds[index] as Second;
  }

  #arrive(): void {
    this.nowMs = this.#nextArrivalMs;
    this.#second();
    const index = this.#index++;
    const gap = -Math.log(1 - this.#arrivals(index)) * (1000 / this.conditions.perSecond);
    this.#nextArrivalMs += gap;
    const waiter: Waiter = { priority: 0, line: undefined, ahead: undefined, behind: undefined };
    if (this.limiter.acquire(waiter, () => {}) === "taken") this.#send(index);
  }

  #send(index: number): void {
    const { workers, meanServiceMs, timeoutMs, serverQueue } = this.conditions;
    const { nowMs } = this;
    const busy = this.#doneAtMs;
    while ((busy[0] ?? Infinity) <= nowMs) busy.shift();
    if (busy.length - workers >= serverQueue) {
      this.#under({ atMs: nowMs, endsAtMs: nowMs + 1, outcome: "dropped" });
      return;
    }
    // The request starts when all but (workers - 1) of those before it are done.
    const startsAtMs = busy.length < workers ? nowMs : (busy[busy.length - workers] as number);
    const doneAtMs = startsAtMs - Math.log(1 - this.#services(index)) * meanServiceMs;
    busy.splice(busy.findLastIndex((atMs) => atMs <= doneAtMs) + 1, 0, doneAtMs);
    const late = doneAtMs - nowMs > timeoutMs;
    this.#under({
      atMs: nowMs,
      endsAtMs: late ? nowMs + timeoutMs : doneAtMs,
      outcome: late ? "dropped" : "ok",
    });
  }

  #under(sent: Sent): void {
    const index = this.#out.findIndex(({ endsAtMs }) => endsAtMs > sent.endsAtMs);
    this.#out.splice(index < 0 ? this.#out.length : index, 0, sent);
  }

  #end(sent: Sent): void {
    this.#out.shift();
    this.nowMs = sent.endsAtMs;
    const second = this.#second();
    if (sent.outcome === "ok") second.answered++;
    else second.dropped++;
    const { outcome } = sent;
    const latencyMs = this.nowMs - sent.atMs;
    this.decisions.push(this.limiter.record({ latencyMs, outcome, nowMs: this.nowMs }));
    this.limiter.release();
  }
}
