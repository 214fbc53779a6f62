import type {
  BackoffOptions,
  BulkheadOptions,
  CircuitBreakerOptions,
  ClientThrottleOptions,
  ConcurrencyLimiterOptions,
  Duration,
  HedgeOptions,
  PolicyOptions,
  ProbationBreakerOptions,
  RateLimiterOptions,
  RetryBudgetOptions,
  RetryOptions,
} from "@breakwater/policy";
import fc from "fast-check";
import type { AttemptScript, CallScript, OperatorScript, Script } from "../src/case.ts";

/**
 * Random policies and scripts. Times are few and round, so that things often happen in the same moment: ties are
 * where shells would differ.
 */
const someMs = fc.constantFrom(10, 20, 30, 50, 80, 100, 150);
const share = fc.constantFrom(0.07, 0.3, 0.5, 1);

/** Leaves out the keys without a value. */
function options<T extends object>(model: { [K in keyof T]-?: fc.Arbitrary<T[K] | undefined> }) {
  const all = fc.record(model as Record<string, fc.Arbitrary<unknown>>);
  return all.map(withoutUndefined) as fc.Arbitrary<T>;
}

function withoutUndefined(all: object): object {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const backoff: fc.Arbitrary<BackoffOptions> = fc.oneof(
  options<BackoffOptions>({
    kind: fc.constantFrom("constant", "linear"),
    base: fc.constantFrom(0, 10, 50),
    cap: maybe(fc.constantFrom(50, 100)),
    factor: fc.constant(undefined),
    jitter: maybe(fc.constantFrom("none", "full", "equal")),
  }),
  options<BackoffOptions>({
    kind: maybe(fc.constant("exponential" as const)),
    base: fc.constantFrom(0, 10, 50),
    cap: maybe(fc.constantFrom(50, 100)),
    factor: maybe(fc.constantFrom(1, 1.5, 3)),
    jitter: maybe(fc.constantFrom("none", "full", "equal", "decorrelated")),
  }),
  options<BackoffOptions>({
    kind: fc.constant("decorrelated" as const),
    base: fc.constantFrom(0, 10, 50),
    cap: maybe(fc.constantFrom(50, 100)),
    factor: maybe(fc.constantFrom(1, 4)),
    jitter: fc.constant(undefined),
  }),
);

const budget = options<RetryBudgetOptions>({
  ratio: fc.constantFrom(0.001, 0.1, 0.5, 1),
  floor: maybe(fc.constantFrom(0, 10, 100)),
  capacity: maybe(fc.constantFrom(1, 2, 3)),
  deposit: maybe(fc.constantFrom("perCall", "perSuccess")),
});

const retry = options<RetryOptions>({
  attempts: fc.integer({ min: 1, max: 4 }),
  backoff: maybe(backoff),
  budget: maybe(budget),
  serverDelay: maybe(fc.constantFrom("respect", "ignore")),
  serverDelayCap: maybe(someMs),
});

const hedge = options<HedgeOptions>({
  attempts: maybe(fc.integer({ min: 2, max: 4 })),
  delay: fc.constantFrom(5, 10, 30, 50),
  quantile: maybe(fc.constantFrom(0.5, 0.9)),
  minDelay: maybe(fc.constantFrom(1, 5)),
  budget: maybe(budget),
});

const limit = fc.integer({ min: 1, max: 4 });
const rateLimiter: fc.Arbitrary<RateLimiterOptions> = fc.oneof(
  options<RateLimiterOptions>({
    kind: fc.constant("tokenBucket" as const),
    limit,
    per: fc.constantFrom(40, 100, 200),
    burst: maybe(fc.constantFrom(1, 2)),
    maxWait: maybe(someMs),
  }),
  options<RateLimiterOptions>({
    kind: fc.constant("slidingWindow" as const),
    limit,
    per: fc.constantFrom(40, 100, 200),
    burst: fc.constant(undefined),
    maxWait: maybe(someMs),
  }),
);

const queue: fc.Arbitrary<NonNullable<BulkheadOptions["queue"]>> = options({
  size: fc.integer({ min: 1, max: 3 }),
  order: maybe(fc.constantFrom("fifo", "lifo")),
  maxWait: maybe(someMs),
});
const bulkhead = options<BulkheadOptions>({
  concurrent: fc.integer({ min: 1, max: 2 }),
  queue: maybe(queue),
});

const algorithm: fc.Arbitrary<NonNullable<ConcurrencyLimiterOptions["algorithm"]>> = fc.oneof(
  fc.record({
    kind: fc.constant("aimd" as const),
    backoff: fc.constantFrom(0.5, 0.9),
    slowerThan: fc.constantFrom(15, 1000),
  }),
  fc.record({
    kind: fc.constantFrom("vegas" as const, "gradient" as const),
    window: fc.constantFrom(1, 10, 50),
    minimumSamples: fc.integer({ min: 1, max: 3 }),
    probeEvery: fc.constantFrom(20, 1000),
  }),
);
const concurrencyLimiter = options<ConcurrencyLimiterOptions>({
  algorithm,
  initial: fc.integer({ min: 1, max: 3 }),
  min: fc.constant(undefined),
  max: fc.constantFrom(3, 10),
  queue: maybe(queue),
});

const clientThrottle = options<ClientThrottleOptions>({
  multiplier: fc.constantFrom(1, 1.5, 2),
  window: fc.constantFrom(60, 200, 1000),
  floor: maybe(fc.constantFrom(0, 10)),
});

const openFor = fc.oneof(
  someMs,
  fc.record({ base: someMs, factor: fc.constantFrom(1, 2), cap: fc.constantFrom(150, 400) }),
);
const halfOpen = options<NonNullable<CircuitBreakerOptions["halfOpen"]>>({
  trials: maybe(fc.integer({ min: 1, max: 3 })),
  failureRate: maybe(share),
  deadline: maybe(someMs),
});

const steps = fc.constantFrom([0.5], [0.3, 1], [0.1, 0.4, 0.8]);
const recovery = fc.record({ steps, stepFor: someMs });
const careful = options<Pick<CircuitBreakerOptions, "recovery" | "hanging">>({
  recovery: maybe(recovery),
  hanging: maybe(fc.record({ longerThan: someMs })),
});

const judged: fc.Arbitrary<CircuitBreakerOptions> = fc.oneof(
  fc.record({
    window: fc.record({
      kind: fc.constant("consecutive" as const),
      failures: fc.integer({ min: 1, max: 3 }),
    }),
    openFor,
    halfOpen,
  }),
  fc.record({
    window: fc.oneof(
      fc.record({ kind: fc.constant("count" as const), size: fc.integer({ min: 3, max: 6 }) }),
      fc.record({
        kind: fc.constant("time" as const),
        size: fc.constantFrom(50, 100, 1000),
        buckets: fc.integer({ min: 1, max: 7 }),
      }),
    ),
    minimumCalls: fc.integer({ min: 1, max: 3 }),
    failureRate: share,
    slowerThan: someMs,
    slowRate: share,
    openFor,
    halfOpen,
  }),
);

const circuitBreaker: fc.Arbitrary<CircuitBreakerOptions> = fc
  .tuple(judged, careful)
  .map(([how, more]) => ({ ...how, ...more }));

const probationBreaker = options<ProbationBreakerOptions>({
  halfFor: someMs,
  failures: fc.integer({ min: 1, max: 4 }),
  failureRate: maybe(share),
  minimumCalls: maybe(fc.integer({ min: 1, max: 5 })),
  openFor: someMs,
  trialDeadline: maybe(someMs),
});

const policyOptions: fc.Arbitrary<PolicyOptions> = fc
  .record({
    deadline: maybe(fc.constantFrom(50, 100, 200, 400)),
    timeout: maybe(fc.constantFrom(10, 30, 50)),
    lateAnswers: maybe(fc.constantFrom("ignored", "taken")),
    fallback: maybe(fc.constant({ value: "stand-in" })),
    again: fc.oneof(fc.constant({}), fc.record({ retry }), fc.record({ hedge })),
    rateLimiter: maybe(rateLimiter),
    clientThrottle: maybe(clientThrottle),
    places: fc.oneof(fc.constant({}), fc.record({ bulkhead }), fc.record({ concurrencyLimiter })),
    breaker: fc.oneof(
      fc.constant({}),
      fc.record({ circuitBreaker }),
      fc.record({ probationBreaker }),
    ),
  })
  .map(
    ({ again, places, breaker, ...parts }) =>
      ({
        idempotent: true,
        ...withoutUndefined(parts),
        ...again,
        ...places,
        ...breaker,
      }) as PolicyOptions,
  )
  .map(withinDeadline);

/** A wait that may be longer than the deadline is refused as a contradiction. */
function withinDeadline(policy: PolicyOptions): PolicyOptions {
  const { deadline = Infinity, rateLimiter, bulkhead, concurrencyLimiter } = policy;
  const clamp = <T extends { maxWait?: Duration }>(part: T): T =>
    part.maxWait === undefined
      ? part
      : { ...part, maxWait: Math.min(Number(part.maxWait), Number(deadline)) };
  return {
    ...policy,
    ...(rateLimiter && { rateLimiter: clamp(rateLimiter) }),
    ...(bulkhead?.queue && { bulkhead: { ...bulkhead, queue: clamp(bulkhead.queue) } }),
    ...(concurrencyLimiter?.queue && {
      concurrencyLimiter: { ...concurrencyLimiter, queue: clamp(concurrencyLimiter.queue) },
    }),
  };
}

const attempt: fc.Arbitrary<AttemptScript> = options<AttemptScript>({
  afterMs: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 5, 10, 20, 30, 50, 70) },
    { weight: 1, arbitrary: fc.constant("never" as const) },
  ),
  result: fc.constantFrom("ok", "failed"),
  serverDelayMs: maybe(fc.constantFrom(0, 10, 60)),
  overloaded: maybe(fc.boolean()),
});

const calls: fc.Arbitrary<CallScript[]> = fc
  .array(
    options<CallScript>({
      atMs: fc.integer({ min: 0, max: 40 }).map((tenths) => tenths * 10),
      cancelAtMs: maybe(fc.integer({ min: 0, max: 40 }).map((tenths) => tenths * 10)),
      priority: maybe(fc.integer({ min: -1, max: 2 })),
      deadlineAtMs: maybe(fc.integer({ min: 0, max: 60 }).map((tenths) => tenths * 10)),
      attempts: fc.array(attempt, { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 15 },
  )
  .map((all) => all.sort((a, b) => a.atMs - b.atMs));

const operator: fc.Arbitrary<OperatorScript[]> = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: 40 }).map((tenths) => tenths * 10),
    act: fc.constantFrom("isolate" as const, "reset" as const, "reset" as const),
  }),
  { maxLength: 2 },
);

export const scripts: fc.Arbitrary<Script> = fc.record({
  policy: policyOptions,
  calls,
  operator,
  endAtMs: fc.constantFrom(200, 1000),
  random: fc.array(fc.constantFrom(0, 0.1, 0.25, 0.5, 0.75, 0.999), { minLength: 1, maxLength: 5 }),
});
