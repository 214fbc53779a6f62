import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { cached, OUTCOMES, type Policy, type PolicyOptions, policy } from "../index.ts";

/**
 * A long run on real time: calls with random outcomes, under policies of every kind, some of which hang and some of
 * which their callers leave; some through a cache, and with policies that turn into others while calls are under way.
 * Nothing may be lost, left behind or unhandled.
 */
const CALLS = Number(process.env.BREAKWATER_SOAK_CALLS ?? 10_000_000);
const AT_ONCE = 2_000;
const SIGNALS = 8;
const KEYS = 200;

const circuitBreaker = { failureRate: 0.5, minimumCalls: 20, openFor: 5 } as const;
const retry = { attempts: 3, backoff: { base: 1, cap: 4 }, budget: { ratio: 0.2 } };
const POLICIES: readonly PolicyOptions[] = [
  {},
  { timeout: 4 },
  { idempotent: true, retry: { attempts: 3, backoff: { base: 0 } } },
  { circuitBreaker: { ...circuitBreaker, window: { kind: "time", size: 100 } }, timeout: 3 },
  { bulkhead: { concurrent: 50, queue: { size: 50, maxWait: 3 } }, timeout: 5 },
  { rateLimiter: { limit: 500, per: 10, maxWait: 2 }, timeout: 5 },
  { probationBreaker: { openFor: 5 }, timeout: 3, fallback: { value: "stand-in" } },
  { idempotent: true, lateAnswers: "taken", retry, timeout: 2, deadline: 8 },
  { clientThrottle: { multiplier: 1.5, window: 200 }, timeout: 3 },
  {
    concurrencyLimiter: {
      algorithm: { kind: "aimd", backoff: 0.7 },
      initial: 30,
      queue: { size: 20, maxWait: 3 },
    },
    timeout: 3,
  },
  {
    idempotent: true,
    deadline: 12,
    retry,
    clientThrottle: { multiplier: 2, window: 500 },
    concurrencyLimiter: { algorithm: { kind: "gradient", window: 20 }, queue: { size: 50 } },
    circuitBreaker,
    timeout: 4,
  },
  { idempotent: true, hedge: { delay: 2, quantile: 0.9, attempts: 3 }, timeout: 5 },
  {
    idempotent: true,
    hedge: { delay: 1, budget: { ratio: 0.2 } },
    bulkhead: { concurrent: 80, queue: { size: 40, maxWait: 4 } },
    probationBreaker: { openFor: 5 },
    deadline: 10,
    timeout: 4,
    fallback: { value: "stand-in" },
  },
  {
    idempotent: true,
    deadline: 10,
    retry,
    rateLimiter: { limit: 5_000, per: 10 },
    bulkhead: { concurrent: 100, queue: { size: 20, order: "lifo" } },
    circuitBreaker,
    timeout: 3,
    fallback: async () => "stand-in",
  },
];

/** The same numbers in every run. */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}

function work(uniform: number): unknown {
  if (uniform < 0.8) return Promise.resolve(1);
  if (uniform < 0.88) return Promise.reject(DOWN);
  if (uniform < 0.9) throw DOWN;
  if (uniform < 0.97) return new Promise((resolve) => setTimeout(resolve, uniform * 5));
  if (uniform < 0.99) return new Promise((_, reject) => setTimeout(reject, 3, DOWN));
  // Hangs for longer than anybody waits, where anybody does.
  return new Promise((resolve) => setTimeout(resolve, 30));
}

/** In bytes, with nothing that could be collected. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

const DOWN = new Error("down");

it(`keeps its books and its memory over ${CALLS.toLocaleString("en")} calls`, async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown) => unhandled.push(error);
  process.on("unhandledRejection", onUnhandled);
  const random = lehmer(20_240_229);
  const subjects: Policy<unknown>[] = POLICIES.map((options) =>
    policy(options as PolicyOptions, { random }),
  );
  const caches = subjects.map((subject) =>
    cached(subject, { ttl: 2, staleWhileRefreshing: 2, staleIfError: 20, maxEntries: KEYS / 2 }),
  );
  const counts = new Map<string, number>(OUTCOMES.map((outcome) => [outcome, 0]));
  const heaps: number[] = [];
  let controllers = Array.from({ length: SIGNALS }, () => new AbortController());
  let made = 0;
  /** Now and then everything fails, so that circuits open. */
  let outage = false;

  /** Some callers share a signal; most have none. */
  const one = async (index: number): Promise<void> => {
    const subject = subjects[index % subjects.length] as Policy<unknown>;
    const shared = random() < 0.2 ? controllers[index % SIGNALS]?.signal : undefined;
    const options = shared === undefined ? undefined : { signal: shared };
    const run = () => work(outage ? 0.8 + random() / 10 : random());
    const cache = random() < 0.1 ? caches[index % caches.length] : undefined;
    const key = String(Math.floor(random() * KEYS));
    const { outcome } = await (cache?.runOutcome(key, run, options) ??
      subject.runOutcome(run, options));
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  };

  for (let begun = 0; begun < CALLS; begun += AT_ONCE) {
    const size = Math.min(AT_ONCE, CALLS - begun);
    outage = random() < 0.2;
    const batch = Array.from({ length: size }, (_, i) => one(begun + i));
    made += size;
    // Any policy may turn into any other, at once or while its calls are under way.
    const turning = subjects[Math.floor(random() * subjects.length)] as Policy<unknown>;
    const turned = POLICIES[Math.floor(random() * POLICIES.length)] as PolicyOptions;
    if (random() < 0.5) turning.reconfigure(turned);
    else setTimeout(() => turning.reconfigure(turned), 2);
    const leaving = random() < 0.1;
    if (leaving) setTimeout(() => controllers[0]?.abort(DOWN), 1);
    await Promise.all(batch);
    if (leaving) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      for (const { signal } of controllers) expect(getEventListeners(signal, "abort")).toEqual([]);
      controllers = Array.from({ length: SIGNALS }, () => new AbortController());
    }
    if ((begun / AT_ONCE) % Math.ceil(CALLS / AT_ONCE / 20) === 0) {
      heaps.push(heapInUse());
    }
  }
  // What was given up may still be answered, into nothing.
  await new Promise((resolve) => setTimeout(resolve, 100));
  process.off("unhandledRejection", onUnhandled);

  expect(unhandled).toEqual([]);
  expect([...counts.values()].reduce((sum, count) => sum + count)).toBe(made);
  expect(made).toBe(CALLS);
  for (const [outcome, count] of counts) expect(count, outcome).toBeGreaterThan(0);
  for (const { signal } of controllers) expect(getEventListeners(signal, "abort")).toEqual([]);
  // Every place was given back, whatever the policy was when it was taken.
  for (const subject of subjects) {
    expect(subject.reconfigure(subject.options).kept).not.toContainEqual(
      expect.stringMatching(/^places/),
    );
  }
  const early = Math.min(...heaps.slice(2, 8));
  const late = Math.min(...heaps.slice(-6));
  expect(late - early).toBeLessThan(5e6);
}, 3_600_000);
