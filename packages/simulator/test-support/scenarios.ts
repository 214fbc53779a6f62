/** Random scenarios over the whole language, small enough to live through in a few milliseconds. */
import type {
  Distribution,
  Fault,
  Load,
  PolicyData,
  Scenario,
  Semantics,
  Service,
  Shape,
  Step,
} from "@breakwater/scenario";
import fc, { type Arbitrary } from "fast-check";

const ms = (min: number, max: number) => fc.integer({ min, max });
const half = fc.integer({ min: 0, max: 40 }).map((n) => n / 2);
const some = <T>(arbitrary: Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Without the keys that are undefined, as a document has none. */
function withoutGaps<T>(value: object): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}

const plain: Arbitrary<Distribution> = fc.oneof(
  { weight: 4, arbitrary: half },
  { weight: 1, arbitrary: fc.constant(0) },
  fc.record({ kind: fc.constant("exponential" as const), mean: half }),
  fc.record({ kind: fc.constant("erlang" as const), mean: half, shape: ms(1, 4) }),
  fc.record({ kind: fc.constant("normal" as const), mean: half, deviation: half }),
  fc.record({ kind: fc.constant("lognormal" as const), mean: half, sigma: fc.constant(0.7) }),
  fc.record({ kind: fc.constant("pareto" as const), min: ms(1, 5), shape: fc.constant(2.5) }),
  fc.record({ kind: fc.constant("weibull" as const), scale: half, shape: fc.constant(0.8) }),
  fc
    .tuple(half, half, some(fc.constantFrom(0.5, 2)))
    .map(([a, b, step]) =>
      withoutGaps({ kind: "uniform" as const, min: Math.min(a, b), max: Math.max(a, b), step }),
    ) as Arbitrary<Distribution>,
);
const distribution: Arbitrary<Distribution> = fc.oneof(
  { weight: 5, arbitrary: plain },
  fc.tuple(plain, plain, ms(1, 9)).map(([a, b, weight]) => ({
    kind: "mixture" as const,
    of: [
      { weight, value: a },
      { weight: 3, value: b },
    ],
  })),
);

const retry = fc.record({
  attempts: ms(1, 3),
  backoff: fc.oneof(
    fc.record({
      kind: fc.constantFrom("constant" as const, "linear" as const, "exponential" as const),
      base: fc.constantFrom(0, 5, 20),
      jitter: fc.constantFrom("none" as const, "full" as const, "equal" as const),
    }),
    fc.constant({ kind: "decorrelated" as const, base: 5, cap: 40 }),
  ),
});
const circuitBreaker = fc.record({
  window: fc.oneof(
    fc.record({ kind: fc.constant("consecutive" as const), failures: ms(1, 4) }),
    fc.record({ kind: fc.constant("count" as const), size: ms(1, 10) }),
    fc.constant({ kind: "time" as const, size: 200, buckets: 4 }),
  ),
  openFor: fc.oneof(ms(10, 200), fc.constant({ base: 20, factor: 2, cap: 200 })),
  halfOpen: fc.record({ trials: ms(1, 3), deadline: ms(10, 100) }),
});
const probationBreaker = fc.record({
  halfFor: ms(10, 200),
  failures: ms(1, 4),
  minimumCalls: ms(1, 5),
  openFor: ms(10, 200),
  trialDeadline: ms(10, 100),
});
/** Where nothing is deposited, the floor has to fill it. */
const budget = fc.oneof(
  fc.record({ ratio: fc.constantFrom(0.1, 1), capacity: ms(1, 5) }),
  fc.record({ ratio: fc.constant(0), floor: fc.constantFrom(0.5, 20), capacity: ms(1, 5) }),
);
const hedge = fc.record({
  attempts: ms(2, 4),
  delay: ms(0, 20),
  quantile: some(fc.constantFrom(0.5, 0.9)),
  budget: some(budget),
});
const rateLimiter = fc.record({
  kind: fc.constantFrom("tokenBucket" as const, "slidingWindow" as const),
  limit: ms(1, 10),
  per: ms(10, 100),
  maxWait: fc.constantFrom(0, 5, 20),
});
const bulkhead = fc.record({
  concurrent: ms(1, 4),
  queue: fc.record({ size: ms(1, 5), order: fc.constantFrom("fifo", "lifo"), maxWait: ms(1, 30) }),
});
const policy: Arbitrary<PolicyData> = fc
  .record({
    again: some(
      fc.oneof(
        fc.tuple(retry, some(budget)).map(([each, of]) => ({
          retry: withoutGaps({ ...each, budget: each.attempts > 1 ? of : undefined }),
        })),
        hedge.map((each) => ({ hedge: withoutGaps(each) })),
      ),
    ),
    rateLimiter: some(rateLimiter),
    bulkhead: some(bulkhead),
    timeout: some(ms(1, 40)),
    deadline: some(ms(40, 150)),
    breaker: some(
      fc.oneof(
        circuitBreaker.map((each) => ({ circuitBreaker: each })),
        probationBreaker.map((each) => ({ probationBreaker: each })),
      ),
    ),
    fallback: some(fc.constant({ value: "instead" })),
    lateAnswers: some(fc.constantFrom("ignored" as const, "taken" as const)),
  })
  .map(({ again, breaker, ...rest }) =>
    withoutGaps({ idempotent: true, ...again, ...rest, ...breaker }),
  ) as Arbitrary<PolicyData>;

const policyRef = fc.oneof(fc.constantFrom("first", "second"), policy);
const network = fc.record({ latency: plain });
const endpointNames = ["read", "write"] as const;

/** Calls go to later services; towards earlier ones, or the service itself, only with a limit on the depth. */
function stepsOf(index: number, services: number): Arbitrary<Step[]> {
  const call = (to: number, limited: boolean): Arbitrary<Step> =>
    fc
      .record({
        call: fc.constant(`s${to}`),
        endpoint: fc.constantFrom(...endpointNames),
        policy: some(policyRef),
        optional: fc.boolean(),
        network: some(network),
        maxDepth: limited ? ms(1, 3) : fc.constant(undefined),
      })
      .map(withoutGaps) as Arbitrary<Step>;
  const work: Arbitrary<Step> = distribution.map((each) => ({ work: each }));
  const later = Array.from({ length: services - index - 1 }, (_, i) => call(index + 1 + i, false));
  const back: Arbitrary<Step> = ms(0, index).chain((to) => call(to, true));
  const leaf = fc.oneof(
    { weight: 3, arbitrary: work },
    { weight: 1, arbitrary: back },
    ...later.map((arbitrary) => ({ weight: Math.ceil(5 / later.length), arbitrary })),
  );
  return fc.array(formOf(leaf), { maxLength: 3 });
}

/** A leaf, or a step around leaves. */
function formOf(leaf: Arbitrary<Step>): Arbitrary<Step> {
  const inner = fc.array(leaf, { minLength: 1, maxLength: 3 });
  const parallel: Arbitrary<Step> = fc
    .array(
      fc.oneof(
        leaf,
        inner.map((sequence) => ({ sequence })),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((steps) => ({ parallel: steps }));
  const quorum: Arbitrary<Step> = fc
    .array(fc.oneof(leaf, parallel), { minLength: 2, maxLength: 3 })
    .chain((steps) =>
      fc.record({
        quorum: fc.constant(steps),
        needs: ms(1, steps.length),
        rest: fc.constantFrom("continue" as const, "cancel" as const),
      }),
    );
  const choose: Arbitrary<Step> = fc.tuple(inner, inner).map(([a, b]) => ({
    choose: [
      { weight: 1, steps: a },
      { weight: 2, steps: b },
    ],
  }));
  const probable = fc.tuple(leaf, fc.constantFrom(0.3, 1)).map(([step, probability]) => ({
    ...step,
    probability,
  }));
  return fc.oneof(
    { weight: 8, arbitrary: leaf },
    { weight: 4, arbitrary: parallel },
    { weight: 2, arbitrary: quorum },
    { weight: 1, arbitrary: choose },
    { weight: 1, arbitrary: probable },
  );
}

function serviceOf(index: number, services: number): Arbitrary<Service> {
  const endpoint = fc.record({
    errorRate: fc.constantFrom(0, 0, 0.2),
    steps: stepsOf(index, services),
  });
  const limit = (min: number, max: number) => fc.oneof(ms(min, max), fc.constant("unlimited"));
  return fc.record({
    instances: ms(1, 3),
    workers: limit(1, 3) as Arbitrary<number | "unlimited">,
    workersWait: fc.boolean(),
    queue: fc.record({
      capacity: limit(0, 4) as Arbitrary<number | "unlimited">,
      order: fc.constantFrom("fifo" as const, "lifo" as const),
    }),
    endpoints: fc.record({ read: endpoint, write: endpoint }),
  });
}

const at = ms(0, 350);
const length = ms(1, 200);
const factor = fc.constantFrom(0, 0.5, 1, 3);
const shape: Arbitrary<Shape> = fc.oneof(
  fc.record({ kind: fc.constant("ramp" as const), from: factor, to: factor, at, over: length }),
  fc.record({ kind: fc.constant("spike" as const), factor, at, for: length }),
  fc.tuple(factor, factor).map(([a, b]) => ({
    kind: "steps" as const,
    steps: [
      { at: 50, factor: a },
      { at: 200, factor: b },
    ],
  })),
  fc.record({
    kind: fc.constant("diurnal" as const),
    low: factor,
    high: factor,
    period: ms(50, 500),
    peakAt: at,
  }),
);

function loadTo(services: number): Arbitrary<Load> {
  const common = {
    to: ms(0, services - 1).map((index) => `s${index}`),
    endpoint: fc.constantFrom(...endpointNames),
    policy: some(policyRef),
    network: some(network),
    shape: some(shape),
    start: some(ms(0, 100)),
    end: some(ms(150, 400)),
    priority: some(ms(0, 9)),
    patience: fc.option(plain, { nil: undefined, freq: 2 }),
    comeBack: fc.option(
      fc.record({ probability: fc.constantFrom(0.3, 1), after: plain, times: ms(1, 3) }),
      { nil: undefined, freq: 2 },
    ),
  };
  return fc
    .oneof(
      fc.record({
        ...common,
        kind: fc.constant("open" as const),
        rate: ms(1, 100),
        arrivals: fc.constantFrom("poisson" as const, "constant" as const),
      }),
      fc.record({
        ...common,
        kind: fc.constant("sessions" as const),
        rate: ms(1, 50),
        stay: fc.constantFrom(0, 0.5, 0.9),
        think: ms(2, 30),
      }),
      fc.record({
        ...common,
        shape: fc.constant(undefined),
        start: fc.constant(undefined),
        kind: fc.constant("herd" as const),
        users: ms(1, 30),
        at: ms(0, 149),
      }),
      // Users who do not think make time stand still where a call takes none.
      fc.record({
        ...common,
        kind: fc.constant("closed" as const),
        users: ms(1, 5),
        think: ms(2, 30),
      }),
    )
    .map(withoutGaps) as Arbitrary<Load>;
}

const faultKinds: Arbitrary<object> = fc.oneof(
  fc.record({
    kind: fc.constant("latency"),
    add: distribution,
    multiply: fc.constantFrom(0, 1, 4),
    strikes: fc.constantFrom("new", "inFlight"),
  }),
  fc.record({ kind: fc.constant("error"), when: fc.constantFrom("afterWork", "beforeWork") }),
  fc.constantFrom({ kind: "refused" }, { kind: "hang" }),
  fc.constantFrom({ kind: "crash" }, { kind: "pause" }),
  fc.record({ kind: fc.constant("capacity"), lose: fc.constantFrom(0.4, 1) }),
  fc.record({ kind: fc.constant("partition"), requests: fc.constantFrom("lost", "redelivered") }),
  fc.record({ kind: fc.constant("leak"), grows: fc.constantFrom(1, 20) }),
  fc.record({ kind: fc.constant("loss"), rate: fc.constantFrom(0.1, 1) }),
  fc.record({ kind: fc.constant("loss"), rate: fc.constant(0.3), resend: ms(5, 30) }),
);
const targets = fc.record({
  endpoint: some(fc.constantFrom(...endpointNames)),
  at,
  for: fc.option(length, { nil: undefined, freq: 5 }),
  share: some(fc.constantFrom(0.3, 0.8)),
});

/** Faults that strike whole instances strike no single requests. */
const STRIKE_INSTANCES = new Set(["crash", "pause", "capacity"]);

function fitting(kind: object, target: object): object {
  if (!STRIKE_INSTANCES.has((kind as Fault).kind)) return target;
  return { ...target, endpoint: undefined, share: undefined };
}

function faultOn(services: readonly Service[]): Arbitrary<Fault> {
  return ms(0, services.length - 1).chain((index) =>
    fc
      .tuple(faultKinds, targets, some(ms(0, (services[index]?.instances ?? 1) - 1)))
      .map(([kind, target, instance]) =>
        withoutGaps({ ...kind, ...fitting(kind, target), instance, service: `s${index}` }),
      ),
  ) as Arbitrary<Fault>;
}

const semantics: Arbitrary<Semantics> = fc
  .record({
    abandonedWork: fc.constantFrom("continues" as const, "stops" as const),
    abandonedInQueue: fc.constantFrom("executed" as const, "dropped" as const),
    lateAnswers: some(fc.constantFrom("ignored" as const, "taken" as const)),
    retriedRequests: fc.constantFrom("back" as const, "front" as const),
    backoffFrom: fc.constantFrom("failure" as const, "attemptStart" as const),
    breakerScope: fc.constantFrom("instance" as const, "worker" as const, "edge" as const),
  })
  .map((each) => withoutGaps<Semantics>(each));

const objectives: Scenario["objectives"] = [
  { metric: "successRate", atLeast: 0.9 },
  { metric: "latency", atMost: 50, percentile: 95, of: "all" },
  { metric: "recoveryTime", atMost: 100 },
];

function scenarioWith(services: readonly Service[]): Arbitrary<Scenario> {
  return fc
    .record({
      seed: fc.nat(),
      duration: fc.constant(400),
      drain: fc.constantFrom(0, 100, 2000),
      bucket: some(fc.constantFrom(1, 7, 30, 1000)),
      services: fc.constant(
        Object.fromEntries(services.map((service, index) => [`s${index}`, service])),
      ),
      policies: fc.record({ first: policy, second: policy }),
      loads: fc.array(loadTo(services.length), { minLength: 1, maxLength: 2 }),
      faults: fc.array(faultOn(services), { maxLength: 4 }),
      objectives: fc.constant(objectives),
      semantics,
    })
    .map(({ loads, ...rest }) =>
      withoutGaps({
        ...rest,
        load: Object.fromEntries(loads.map((each, index) => [`load${index}`, each])),
      }),
    ) as Arbitrary<Scenario>;
}

export const scenarios: Arbitrary<Scenario> = ms(1, 5)
  .chain((count) =>
    fc.tuple(...Array.from({ length: count }, (_, index) => serviceOf(index, count))),
  )
  .chain(scenarioWith);
