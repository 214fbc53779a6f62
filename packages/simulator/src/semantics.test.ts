/** Choices that change results: for each, the same small scenario both ways. */
import type { Scenario, Semantics, Step } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import {
  answers,
  customers,
  edgeOf,
  outcomes,
  play,
  type Small,
  service,
  serviceOf,
} from "../test-support/timeline.ts";

/** What becomes of it under each choice of one option. */
function choices<K extends keyof Semantics, T>(
  option: K,
  small: Small,
  read: (small: Small) => T,
): (choice: Semantics[K]) => T {
  return (choice) => read({ ...small, semantics: { [option]: choice } });
}

const retryOnce = (base: number) =>
  ({ attempts: 2, backoff: { kind: "constant", base, jitter: "none" } }) as const;

describe("work whose caller has given up", () => {
  const small: Small = {
    services: { shop: service([{ work: 10 }], { workers: 1 }) },
    calls: [0, 20],
    policy: { timeout: 50 },
    faults: [{ kind: "latency", service: "shop", add: 100, for: 10 }],
  };
  const under = choices("abandonedWork", small, play);

  test("goes on unless told otherwise, and the next customer waits for it", () => {
    expect(outcomes(play(small))).toEqual(["50 timedOut", "70 timedOut"]);
    expect(outcomes(under("continues"))).toEqual(["50 timedOut", "70 timedOut"]);
    expect(serviceOf(under("continues"), "shop")).toMatchObject({
      ok: 2,
      wasted: 2,
      busyMs: 120,
      wastedMs: 120,
      dropped: 0,
    });
  });
  test("stops, and the next customer is served", () => {
    expect(outcomes(under("stops"))).toEqual(["50 timedOut", "60 ok"]);
    expect(serviceOf(under("stops"), "shop")).toMatchObject({
      ok: 1,
      wasted: 0,
      busyMs: 60,
      wastedMs: 50,
      dropped: 1,
    });
  });
});

describe("a queued request whose caller has given up", () => {
  const small: Small = {
    services: { shop: service([{ work: 30 }], { workers: 1 }) },
    calls: [0, 1, 2, 3, 75],
    policy: { timeout: 40 },
  };
  const under = choices("abandonedInQueue", small, play);

  test("is worked on unless told otherwise", () => {
    const result = under("executed");
    expect(outcomes(result)).toEqual([
      "30 ok",
      "41 timedOut",
      "42 timedOut",
      "43 timedOut",
      "115 timedOut",
    ]);
    expect(outcomes(play(small))).toEqual(outcomes(result));
    expect(serviceOf(result, "shop")).toMatchObject({ ok: 5, wasted: 4, dropped: 0 });
  });
  test("is dropped when its turn comes", () => {
    const result = under("dropped");
    expect(outcomes(result).at(-1)).toBe("105 ok");
    expect(serviceOf(result, "shop")).toMatchObject({ ok: 3, wasted: 1, dropped: 2, busyMs: 90 });
  });
});

describe("a late answer", () => {
  const policy = { idempotent: true, timeout: 50, retry: retryOnce(10) } as const;
  const small: Small = {
    services: { shop: service([{ work: 10 }]) },
    policy,
    // The first attempt's answer comes at 65, the second's at 70.
    faults: [{ kind: "latency", service: "shop", add: 55, for: 10 }],
  };
  const under = choices("lateAnswers", small, play);

  test("is ignored, or taken", () => {
    expect(outcomes(under("ignored"))).toEqual(["70 ok"]);
    expect(outcomes(under("taken"))).toEqual(["65 ok"]);
    expect(under("ignored").endToEnd.attemptOutcomes).toMatchObject({ ok: 1, timedOut: 1 });
    expect(under("taken").endToEnd.attemptOutcomes).toMatchObject({ cancelled: 1, timedOut: 1 });
  });
  test("is as the policy says, unless the scenario overrides that", () => {
    const taking = { ...small, policy: { ...policy, lateAnswers: "taken" as const } };
    expect(answers(small)).toEqual(["70 ok"]);
    expect(answers(taking)).toEqual(["65 ok"]);
    expect(answers({ ...taking, semantics: { lateAnswers: "ignored" } })).toEqual(["70 ok"]);
  });
});

describe("a retried request", () => {
  const small = (order: "fifo" | "lifo"): Small => ({
    services: { shop: service([{ work: 30 }], { workers: 1, queue: { order } }) },
    calls: [0, 10, 12],
    policy: { idempotent: true, retry: retryOnce(5) },
    // Strikes the first attempt of the first customer, who is back at 35, while the second is served.
    faults: [{ kind: "error", service: "shop", for: 1 }],
  });
  const latencies = (each: Small): number[] => {
    const { edges } = play(each);
    return edges.map(({ latency }) => latency.all.maxMs);
  };

  test("stands at the back of the queue, or in front", () => {
    const under = choices("retriedRequests", small("fifo"), latencies);
    expect(latencies(small("fifo"))).toEqual([120, 50, 78]);
    expect(under("back")).toEqual([120, 50, 78]);
    expect(under("front")).toEqual([90, 50, 108]);
  });
  test("is next in a last-in-first-out queue either way", () => {
    const under = choices("retriedRequests", small("lifo"), latencies);
    // The third customer, the latest at 30, is served then; the retry at 35 overtakes the second.
    expect(under("back")).toEqual([90, 110, 48]);
    expect(under("front")).toEqual([90, 110, 48]);
  });
});

test("backoff runs from the failure, or from the start of the failed attempt", () => {
  const small: Small = {
    services: { shop: service([{ work: 10 }]) },
    policy: { idempotent: true, timeout: 50, retry: retryOnce(80) },
    faults: [{ kind: "latency", service: "shop", add: 500, for: 10 }],
  };
  const under = choices("backoffFrom", small, customers);
  const fromFailure = ["0: calls 1, attempts 1", "130: attempts 1", "140: ok 1"];
  expect(customers(small)).toEqual(fromFailure);
  expect(under("failure")).toEqual(fromFailure);
  expect(under("attemptStart")).toEqual(["0: calls 1, attempts 1", "80: attempts 1", "90: ok 1"]);
  // A backoff shorter than the attempt was is over at its end.
  const short = { ...small, policy: { ...small.policy, retry: retryOnce(30) } } as Small;
  const underShort = choices("backoffFrom", short, customers);
  expect(underShort("attemptStart")[1]).toBe("50: attempts 1");
});

describe("the scope of a breaker", () => {
  const policy = {
    circuitBreaker: { window: { kind: "consecutive", failures: 2 }, openFor: "1h" },
  } as const;
  const circuit = (small: Small) => {
    const { circuit: found, attempts } = edgeOf(play({ ...small, drain: 500 }), "front -> back");
    return { breakers: found?.breakers, opened: found?.opened, attempts };
  };
  const small = (calls: number[], workersWait = true): Small => ({
    services: {
      front: service([{ work: 1 }, { call: "back", policy }], {
        instances: 2,
        workers: 2,
        workersWait,
      }),
      back: service([{ work: 10 }]),
    },
    calls,
    faults: [{ kind: "error", service: "back" }],
  });
  const oneByOne = [0, 20, 40, 60, 80, 100];
  const fourAtOnce = [0, 0, 0, 0, 20, 20, 20, 20, 40, 40, 40, 40];

  test("is the caller's instance unless told otherwise", () => {
    const expected = { breakers: 2, opened: 2, attempts: 4 };
    expect(circuit(small(oneByOne))).toEqual(expected);
    expect(choices("breakerScope", small(oneByOne), circuit)("instance")).toEqual(expected);
    expect(choices("breakerScope", small(fourAtOnce), circuit)("instance")).toEqual(expected);
  });
  test("is the edge: fewer attempts until it is open", () => {
    const edge = { breakers: 1, opened: 1 };
    const under = choices("breakerScope", small(oneByOne), circuit);
    expect(under("edge")).toEqual({ ...edge, attempts: 2 });
    // Four are out before the first of them fails.
    const burst = choices("breakerScope", small(fourAtOnce), circuit);
    expect(burst("edge")).toEqual({ ...edge, attempts: 4 });
  });
  test("is the worker: each has to learn by itself", () => {
    const burst = choices("breakerScope", small(fourAtOnce), circuit);
    expect(burst("worker")).toEqual({ breakers: 4, opened: 4, attempts: 8 });
    // One by one, the same worker of each instance is always free.
    const under = choices("breakerScope", small(oneByOne), circuit);
    expect(under("worker")).toEqual({ breakers: 4, opened: 2, attempts: 4 });
  });
  test("is the worker that the call went out from, also when it does not wait", () => {
    const burst = choices("breakerScope", small(fourAtOnce, false), circuit);
    expect(burst("worker")).toEqual({ breakers: 4, opened: 4, attempts: 8 });
  });
  test("is the instance where workers are unlimited, and one for a load", () => {
    const unlimited = small(oneByOne);
    const front = service([{ call: "back", policy }], { instances: 2 });
    const services = { ...unlimited.services, front };
    const under = choices("breakerScope", { ...unlimited, services }, circuit);
    expect(under("worker")).toEqual({ breakers: 2, opened: 2, attempts: 4 });
    const direct = play({ ...unlimited, services, policy, semantics: { breakerScope: "worker" } });
    expect(direct.endToEnd.calls).toBe(6);
    expect(direct.edges[0]?.circuit?.breakers).toBe(1);
  });
});

describe("a worker", () => {
  const calling = (workersWait: boolean, ...steps: Step[]): Small => ({
    services: {
      front: service(steps, { workers: 1, workersWait }),
      back: service([{ work: 100 }]),
    },
    calls: [0, 10],
  });
  const busy = (small: Small) => serviceOf(play(small), "front").busyMs;
  const between: Step[] = [{ work: 5 }, { call: "back" }, { work: 5 }];

  test("waits while its call is out, or takes up other requests", () => {
    expect(answers(calling(true, ...between))).toEqual(["110 ok", "220 ok"]);
    expect(answers(calling(false, ...between))).toEqual(["110 ok", "120 ok"]);
    expect([busy(calling(true, ...between)), busy(calling(false, ...between))]).toEqual([220, 20]);
  });
  test("that does not wait is queued for when the answer is there", () => {
    const small = { ...calling(false, ...between), calls: [0, 102] };
    // The second one's first work is done at 107; then the first goes on.
    expect(answers(small)).toEqual(["112 ok", "212 ok"]);
  });
  test("that does not wait is free once only calls are left of parallel steps", () => {
    const parallel: Step = { parallel: [{ work: 5 }, { call: "back" }] };
    expect(busy(calling(false, parallel))).toBe(10);
    expect(answers(calling(false, parallel))).toEqual(["100 ok", "110 ok"]);
    const callFirst: Step = { parallel: [{ call: "back" }, { work: 5 }] };
    expect(busy(calling(false, callFirst))).toBe(10);
    expect(busy(calling(true, callFirst))).toBe(200);
  });
});

test("a request that ends as its worker is handed on makes no call any more", () => {
  const shop = {
    workers: 1,
    workersWait: false,
    endpoints: { slow: { steps: [{ work: 5 }, { call: "back" }] }, broken: { steps: [] } },
  };
  const call = (endpoint: string): Step => ({ call: "shop", endpoint });
  const front = service([{ parallel: [call("slow"), call("broken")] }]);
  const result = play({
    services: { front, shop, back: service([{ work: 5 }]) },
    semantics: { abandonedWork: "stops" },
    faults: [{ kind: "error", when: "beforeWork", service: "shop", endpoint: "broken" }],
  });
  expect(outcomes(result)).toEqual(["5 failed"]);
  expect([serviceOf(result, "shop").dropped, serviceOf(result, "back").arrived]).toEqual([1, 0]);
});

describe("a queue", () => {
  const small = (queue: { capacity?: number; order?: "fifo" | "lifo" }): Small => ({
    services: { shop: service([{ work: 10 }], { workers: 1, queue }) },
    calls: [0, 1, 2, 3],
  });
  const latencies = (each: Small) => play(each).edges.map(({ latency }) => latency.all.maxMs);

  test("serves the one that waits longest first, or the latest", () => {
    expect(latencies(small({}))).toEqual([10, 19, 28, 37]);
    expect(latencies(small({ order: "fifo" }))).toEqual([10, 19, 28, 37]);
    expect(latencies(small({ order: "lifo" }))).toEqual([10, 39, 28, 17]);
  });
  test("that is full rejects, and says so once", () => {
    const result = play(small({ capacity: 1 }));
    expect(outcomes(result)).toEqual(["2 failed", "3 failed", "10 ok", "20 ok"]);
    expect(serviceOf(result, "shop")).toMatchObject({ rejected: 2, maxQueue: 1, arrived: 4 });
    const full = result.events.filter(({ type }) => type === "queueFull");
    expect(full).toMatchObject([{ atMs: 2, subject: "shop", reason: "1 waiting" }]);
  });
  test("of no capacity rejects whatever no worker is free for", () => {
    expect(answers(small({ capacity: 0 }))).toEqual(["1 failed", "2 failed", "3 failed", "10 ok"]);
  });
});

test("a call is left out once the request has passed through so many services", () => {
  const arrived = (maxDepth: number) => {
    const ring = service([{ work: 10 }, { call: "ring", maxDepth }]);
    const result = play({ services: { ring } });
    return [serviceOf(result, "ring").arrived, result.endToEnd.latency.all.maxMs];
  };
  expect([1, 2, 5].map(arrived)).toEqual([
    [1, 10],
    [2, 20],
    [5, 50],
  ]);
});

describe("a call that fails", () => {
  const dependency = (step: Omit<Extract<Step, { call: string }>, "call">): Small => ({
    services: {
      front: service([{ call: "middle" }]),
      middle: service([{ call: "back", ...step }, { work: 10 }]),
      back: service([{ work: 5 }]),
    },
    faults: [{ kind: "error", service: "back" }],
  });

  test("fails the request that needs it, and the one above", () => {
    const result = play(dependency({}));
    expect(outcomes(result)).toEqual(["5 failed"]);
    expect([serviceOf(result, "middle").failed, serviceOf(result, "front").failed]).toEqual([1, 1]);
  });
  test("degrades the one that can do without, and the ones above", () => {
    const result = play(dependency({ optional: true }));
    expect(outcomes(result)).toEqual(["15 ok"]);
    const degraded = result.edges.map((edge) => edge.degraded);
    expect([result.endToEnd.degraded, ...degraded]).toEqual([1, 1, 1, 0]);
  });
  test("degrades it as well where a fallback stands in", () => {
    const result = play(dependency({ policy: { fallback: { value: 0 } } }));
    expect(outcomes(result)).toEqual(["15 ok"]);
    const edges = result.edges.map(({ degraded, outcomes: { fallback } }) => [degraded, fallback]);
    expect(edges).toEqual([
      [1, 0],
      [1, 0],
      [1, 1],
    ]);
  });
});

describe("parallel steps", () => {
  const both = (optional: boolean): Small => ({
    services: {
      front: service([{ parallel: [{ call: "bad", optional }, { call: "good" }] }]),
      bad: service([{ work: 10 }]),
      good: service([{ work: 100 }]),
    },
    faults: [{ kind: "error", service: "bad" }],
  });

  test("fail as soon as one of them does, and cancel the others", () => {
    const result = play(both(false));
    expect(outcomes(result)).toEqual(["10 failed"]);
    expect(edgeOf(result, "front -> good").outcomes.cancelled).toBe(1);
    expect(serviceOf(result, "good")).toMatchObject({ wasted: 1, busyMs: 100 });
    const stopped = play({ ...both(false), semantics: { abandonedWork: "stops" } });
    expect(serviceOf(stopped, "good")).toMatchObject({ dropped: 1, busyMs: 10 });
  });
  test("wait for all where the one that failed was optional", () => {
    expect(answers(both(true))).toEqual(["100 ok"]);
  });
  test("hold sequences, which run side by side", () => {
    const steps: Step[] = [
      { parallel: [{ sequence: [{ work: 10 }, { work: 20 }] }, { work: 25 }] },
      { work: 5 },
    ];
    expect(answers({ services: { shop: service(steps) } })).toEqual(["35 ok"]);
  });
});

describe("what takes no time does not exhaust the stack", () => {
  test.each(["sequence", "parallel"])("thousands of calls in %s", (kind) => {
    const calls = new Array<Step>(99).fill({ call: "back" });
    const steps = new Array<Step>(99).fill({ [kind]: calls } as unknown as Step);
    const result = play({ services: { front: service(steps), back: service([]) } });
    expect([outcomes(result), serviceOf(result, "back").ok]).toEqual([["0 ok"], 99 * 99]);
  });
  test("thousands of parallel steps without work", () => {
    const inner = new Array<Step>(99).fill({ parallel: [{ sequence: [{ work: 0 }] }] });
    const steps = new Array<Step>(99).fill({ sequence: inner });
    expect(answers({ services: { front: service(steps) } })).toEqual(["0 ok"]);
  });
  test("a chain of two thousand services", () => {
    const services: Scenario["services"] = {};
    for (let i = 0; i < 1999; i++) services[`s${i}`] = service([{ call: `s${i + 1}` }]);
    services.s1999 = service([{ work: 3 }]);
    const result = play({ services });
    expect([outcomes(result), serviceOf(result, "s1999").ok]).toEqual([["3 ok"], 1]);
  });
});
