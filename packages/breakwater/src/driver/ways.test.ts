import { getEventListeners } from "node:events";
import {
  EVERY_PART,
  exportBreaker,
  type Fact,
  type PolicyOptions,
  resolvePolicy,
} from "@breakwater/policy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import type { RunOptions } from "../types.ts";
import type { AttemptContext } from "./attempt.ts";
import { Driver } from "./driver.ts";
import { fastPath } from "./quick-calls.ts";

/**
 * A call may go one of two ways through the driver, and nobody may be able to tell which. The same script is played
 * twice, with the short way and without; a listener that comes later keeps every call on the ordinary one from then on.
 */

/** What an attempt does: answers at once, without a promise, after some time, or never. */
interface Behaviour {
  readonly kind: "value" | "throw" | "resolve" | "reject" | "hang";
  readonly afterMs: number;
}

interface Step {
  readonly pauseMs: number;
  readonly attempts: readonly Behaviour[];
  readonly asResult: boolean;
  readonly given: "nothing" | "signal" | "leaves" | "left" | "priority" | "once" | "deadline";
  readonly leavesAfterMs: number;
  readonly readsSignal: boolean;
}

interface Script {
  readonly options: PolicyOptions;
  readonly steps: readonly Step[];
  /** The step before which a second listener comes. */
  readonly heardFrom: number;
}

const afterMs = fc.constantFrom(0, 0, 1, 5, 9, 10, 11, 30);
const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  kind: fc.constantFrom("value", "resolve", "resolve", "resolve", "reject", "throw", "hang"),
  afterMs,
});
const step: fc.Arbitrary<Step> = fc.record({
  pauseMs: fc.constantFrom(0, 0, 0, 1, 3, 10, 40),
  attempts: fc.array(behaviour, { minLength: 1, maxLength: 3 }),
  asResult: fc.boolean(),
  given: fc.constantFrom(
    "nothing",
    "nothing",
    "signal",
    "leaves",
    "left",
    "priority",
    "once",
    "deadline",
  ),
  leavesAfterMs: fc.constantFrom(0, 2, 10, 20),
  readsSignal: fc.boolean(),
});

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const part = <T>(...values: T[]) => maybe(fc.constantFrom(...values));
const breaker = { failureRate: 0.5, minimumCalls: 2, openFor: 15 } as const;
const options = fc
  .record({
    deadline: part(20, 40),
    timeout: part(10, 15),
    retry: part<object>(
      { attempts: 3, backoff: { base: 0 } },
      { attempts: 3, backoff: { base: 4, cap: 20 }, budget: { ratio: 0.5 } },
      { attempts: 2, backoff: { base: 4 }, budget: { ratio: 0.2, deposits: "perSuccess" } },
    ),
    bulkhead: part<object>(
      { concurrent: 1 },
      { concurrent: 2, queue: { size: 2, maxWait: 12 } },
      { concurrent: 1, queue: { size: 2, order: "lifo" } },
    ),
    rateLimiter: part<object>({ limit: 2, per: 10 }, { limit: 1, per: 10, maxWait: 15 }),
    circuitBreaker: part<object>(
      { ...breaker, window: { kind: "time", size: 50 } },
      { ...breaker, window: { kind: "count", size: 4 }, slowCalls: undefined },
      { ...breaker, hanging: { after: 8 } },
      { ...breaker, recovery: { steps: [0.5], stepFor: 20 } },
    ),
    fallback: part<unknown>({ value: "stand-in" }, "function"),
  })
  .map((parts): PolicyOptions => {
    const set = Object.entries(parts).filter(([, value]) => value !== undefined);
    const made = { idempotent: true, ...Object.fromEntries(set) } as Record<string, unknown>;
    if (made.fallback === "function") made.fallback = ({ outcome }: { outcome: string }) => outcome;
    return made as unknown as PolicyOptions;
  })
  .filter((made) => {
    try {
      resolvePolicy(made);
      return true;
    } catch {
      return false;
    }
  });
const script: fc.Arbitrary<Script> = fc.record({
  options,
  steps: fc.array(step, { minLength: 1, maxLength: 8 }),
  heardFrom: fc.integer({ min: 0, max: 8 }),
});

function told(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message, code, reason, retryAfterMs, cause } = error as Error & Record<string, unknown>;
  return { message, code, reason, retryAfterMs, cause: told(cause) };
}

class Play {
  readonly clock = new ManualClock(1000);
  readonly driver: Driver;
  readonly begun: string[] = [];
  /** Which of the calls that end at one moment is told first is up to the promises: some follow others. */
  readonly ended: string[] = [];
  readonly facts: Fact[] = [];
  readonly #leaving = new AbortController();
  #seed = 7;

  constructor(options: PolicyOptions, ordinary: boolean) {
    const random = () => {
      this.#seed = (this.#seed * 48_271) % 0x7fff_ffff;
      return this.#seed / 0x7fff_ffff;
    };
    const settings = { parts: EVERY_PART, fastPath: ordinary ? undefined : fastPath, random };
    this.driver = new Driver(resolvePolicy(options), options.fallback, this.clock, settings);
  }

  listen(): void {
    this.driver.engine.onFact = (fact) => this.facts.push(fact);
  }

  note(log: string[], what: string, data: unknown): void {
    log.push(`${this.clock.now()} ${what} ${JSON.stringify(data)}`);
  }

  start(index: number, { attempts, asResult, readsSignal, ...step }: Step): void {
    const work = (context: AttemptContext) => {
      const { attempt, deadlineAtMs } = context;
      this.note(this.begun, `call ${index} attempt`, [attempt, deadlineAtMs]);
      const { signal } = readsSignal ? context : new AbortController();
      signal.addEventListener("abort", () => {
        this.note(this.begun, `call ${index} attempt ${attempt} aborted`, told(signal.reason));
      });
      return this.#behave(attempts[attempt - 1] ?? { kind: "resolve", afterMs: 0 });
    };
    this.driver.run(work, asResult, this.#given(step)).then(
      (value) => {
        const shown = asResult
          ? { ...(value as object), error: told((value as { error: unknown }).error) }
          : value;
        this.note(this.ended, `call ${index} ends`, shown);
      },
      (error) => this.note(this.ended, `call ${index} fails`, told(error)),
    );
  }

  #given({ given, leavesAfterMs }: Pick<Step, "given" | "leavesAfterMs">): RunOptions | undefined {
    if (given === "nothing") return undefined;
    if (given === "signal") return { signal: this.#leaving.signal };
    if (given === "priority") return { priority: 1 };
    if (given === "once") return { attempts: 1 };
    if (given === "deadline") return { deadlineAtMs: this.clock.now() + leavesAfterMs };
    const controller = new AbortController();
    const leave = () => controller.abort("left");
    if (given === "left") leave();
    else this.clock.schedule(this.clock.now() + leavesAfterMs, leave);
    return { signal: controller.signal };
  }

  #behave({ kind, afterMs }: Behaviour): unknown {
    if (kind === "value") return "value";
    if (kind === "throw") throw new Error("thrown");
    return new Promise((resolve, reject) => {
      const settle = () => (kind === "resolve" ? resolve("answer") : reject(new Error("down")));
      if (kind === "hang") this.clock.schedule(this.clock.now() + 100, settle);
      else if (afterMs === 0) settle();
      else this.clock.schedule(this.clock.now() + afterMs, settle);
    });
  }

  state(): unknown {
    const { breaker, budget, admission } = this.driver.engine;
    const nowMs = this.clock.now();
    return {
      begun: this.begun,
      ended: this.ended.toSorted(),
      facts: this.facts,
      breaker: breaker && exportBreaker(breaker, nowMs),
      tokens: budget?.tokens(nowMs),
      inFlight: admission.bulkhead?.inFlight,
      waiting: admission.bulkhead?.waiting,
      free: admission.rateLimiter?.retryAfterMs(nowMs),
      calls: this.driver.calls,
      pending: this.clock.pending,
      random: this.#seed,
      listeners: getEventListeners(this.#leaving.signal, "abort").length,
    };
  }
}

async function play({ options, steps, heardFrom }: Script, ordinary: boolean): Promise<unknown[]> {
  const subject = new Play(options, ordinary);
  const states: unknown[] = [];
  for (const [index, step] of steps.entries()) {
    await subject.clock.advance(step.pauseMs);
    if (index === heardFrom) subject.listen();
    subject.start(index, step);
    states.push(structuredClone(subject.state()));
  }
  await subject.clock.advance(500);
  states.push(subject.state());
  return states;
}

describe("the two ways of a call", () => {
  it.each([
    ["that is repeated", { numRuns: 1_500, seed: 20_240_229 }],
    ["that was never tried before", { numRuns: 500 }],
  ])(
    "cannot be told apart by any script %s",
    async (_, parameters) => {
      await fc.assert(
        fc.asyncProperty(script, async (one) => {
          const quick = await play(one, false);
          const ordinary = await play(one, true);
          const [a, b] = [JSON.stringify(quick), JSON.stringify(ordinary)];
          if (a !== b) expect(quick).toEqual(ordinary);
        }),
        parameters,
      );
    },
    120_000,
  );
});
