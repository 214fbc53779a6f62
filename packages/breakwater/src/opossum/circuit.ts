/**
 * The circuit behind a breaker: the circuit-breaker machine with opossum's settings, and a timer so that a change
 * that is due is told at its moment though nobody calls.
 */
import {
  type CircuitFact,
  CircuitBreaker as Machine,
  type ResolvedCircuitBreaker,
  resolvePolicy,
} from "@breakwater/policy";
import { realClock } from "../clock/real-clock.ts";
import type { ResolvedOptions } from "./options.ts";

const NEVER = Number.POSITIVE_INFINITY;

export type CircuitChange = "open" | "halfOpen" | "close";

const CHANGES = {
  circuitOpened: "open",
  circuitHalfOpened: "halfOpen",
  circuitClosed: "close",
  circuitIsolated: "open",
} as const satisfies Partial<Record<CircuitFact["type"], CircuitChange>>;

export class Circuit {
  readonly #machine: Machine;
  readonly #openForMs: number;
  readonly #told: (change: CircuitChange) => void;
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;
  #timerAtMs = NEVER;
  /** As in opossum, a success never opens the circuit, though it may be what makes enough calls. */
  #judging = false;

  /** @param warmsUp while it says true, no failures open the circuit */
  constructor(
    options: ResolvedOptions,
    warmsUp: () => boolean,
    told: (change: CircuitChange) => void,
  ) {
    this.#openForMs = options.resetTimeout;
    this.#told = told;
    const judges = () => this.#judging && !warmsUp();
    this.#machine = new Machine(settings(options, judges), ({ type }) => {
      if (type in CHANGES) told(CHANGES[type as keyof typeof CHANGES]);
    });
  }

  /** As of now. */
  get state(): "closed" | "open" | "halfOpen" {
    this.#machine.advance(realClock.now());
    return this.#machine.state === "isolated" ? "open" : this.#machine.state;
  }

  /** Half-open, and nothing has been tried yet. */
  get awaitsTrial(): boolean {
    return this.state === "halfOpen" && this.#machine.admits(realClock.now());
  }

  get admits(): boolean {
    return this.#machine.admits(realClock.now());
  }

  acquire(): number {
    return this.#step((nowMs) => this.#machine.acquire(nowMs));
  }

  record(permit: number, failed: boolean, latencyMs: number): void {
    this.#judging = failed;
    this.#step((nowMs) => this.#machine.record(permit, failed, latencyMs, nowMs));
    this.#judging = false;
  }

  /** By hand; the circuit is half-open after the open time as usual. */
  open(): void {
    if (this.state === "open") return;
    this.#openUntil(realClock.now() + this.#openForMs);
    this.#told("open");
  }

  close(): void {
    if (this.state !== "closed") this.#step((nowMs) => this.#machine.reset(nowMs));
  }

  /** Half-open at once, as after an open time that has passed. */
  halfOpen(): void {
    this.#openUntil(realClock.now());
    this.#machine.advance(realClock.now());
  }

  /** Results from before the breaker was made. */
  remember(failures: number, successes: number): void {
    const nowMs = realClock.now();
    for (let i = 0; i < failures; i++) this.#machine.window.add(true, false, nowMs);
    for (let i = 0; i < successes; i++) this.#machine.window.add(false, false, nowMs);
  }

  shutdown(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAtMs = NEVER;
  }

  #openUntil(atMs: number): void {
    this.#step(() => this.#machine.restore("open", 1, atMs));
  }

  #step<T>(act: (nowMs: number) => T): T {
    const result = act(realClock.now());
    this.#arm();
    return result;
  }

  /** The timer does not keep the process alive, as in opossum. */
  #arm(): void {
    const { wakeAtMs } = this.#machine;
    if (wakeAtMs === this.#timerAtMs) return;
    this.shutdown();
    if (wakeAtMs === NEVER) return;
    this.#timerAtMs = wakeAtMs;
    this.#timer = setTimeout(() => this.#ring(), Math.ceil(wakeAtMs - realClock.now()));
    this.#timer.unref?.();
  }

  /** A timer of the platform may ring a moment too soon; then it is set again. */
  #ring(): void {
    this.#timerAtMs = NEVER;
    this.#step((nowMs) => this.#machine.advance(nowMs));
  }
}

function settings(options: ResolvedOptions, judges: () => boolean): ResolvedCircuitBreaker {
  const { timeout, resetTimeout, volumeThreshold } = options;
  return {
    ...(resolvePolicy({ circuitBreaker: {} }).circuitBreaker as ResolvedCircuitBreaker),
    window: {
      kind: "time",
      sizeMs: options.rollingCountTimeout,
      buckets: options.rollingCountBuckets,
    },
    failureRate: justAbove(options.errorThresholdPercentage / 100),
    slowerThanMs: NEVER,
    slowRate: NEVER,
    get minimumCalls() {
      return judges() ? Math.max(1, volumeThreshold) : NEVER;
    },
    openForMs: resetTimeout,
    openFactor: 1,
    openCapMs: NEVER,
    trials: 1,
    trialFailureRate: 1,
    // A trial with a timeout ends by itself; one without must not keep the circuit half-open for ever.
    trialDeadlineMs: timeout > 0 ? NEVER : Math.max(1, resetTimeout),
    recovery: undefined,
    hangingMs: NEVER,
  };
}

/** opossum opens above its threshold, the machine at it. */
function justAbove(rate: number): number {
  return rate + Math.max(rate * Number.EPSILON, Number.MIN_VALUE);
}
