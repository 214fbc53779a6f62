import { type ConformanceCase, call, failed, ok, silent } from "../case.ts";

const hedged = (attempts = 2, more: object = {}) => ({
  idempotent: true as const,
  hedge: { delay: 50, attempts, ...more },
});

const answers: readonly ConformanceCase[] = [
  {
    name: "a quick answer is not hedged",
    policy: hedged(),
    calls: [call(0, ok(49))],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "49 call 1 attempt 1 ok",
      "49 call 1 ended ok, attempts: 1",
    ],
  },
  {
    name: "the hedge answers first, the first attempt is given up",
    policy: hedged(),
    calls: [call(0, ok(200), ok(20))],
    endAtMs: 300,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 attempt 2 started",
      "70 call 1 attempt 2 ok",
      "70 call 1 attempt 1 cancelled",
      "70 call 1 ended ok, attempts: 2",
      "200 call 1 attempt 1 late, ignored",
    ],
  },
  {
    name: "the first attempt answers after all, the hedge is given up",
    policy: hedged(),
    calls: [call(0, ok(60), ok(100))],
    endAtMs: 300,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 attempt 2 started",
      "60 call 1 attempt 1 ok",
      "60 call 1 attempt 2 cancelled",
      "60 call 1 ended ok, attempts: 2",
      "150 call 1 attempt 2 late, ignored",
    ],
  },
  {
    name: "with three attempts the second hedge waits for its own delay",
    policy: hedged(3),
    calls: [call(0, silent, silent, ok(10))],
    endAtMs: 300,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 attempt 2 started",
      "100 call 1 attempt 3 started",
      "110 call 1 attempt 3 ok",
      "110 call 1 attempt 1 cancelled",
      "110 call 1 attempt 2 cancelled",
      "110 call 1 ended ok, attempts: 3",
    ],
  },
];

const failures: readonly ConformanceCase[] = [
  {
    name: "a failure sends the next attempt at once",
    policy: hedged(),
    calls: [call(0, failed(10), ok(10))],
    endAtMs: 100,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 1 attempt 1 failed",
      "10 call 1 attempt 2 started",
      "20 call 1 attempt 2 ok",
      "20 call 1 ended ok, attempts: 2",
    ],
  },
  {
    name: "while one is out, a failure of the other ends nothing",
    policy: hedged(),
    calls: [call(0, ok(100), failed(10))],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 attempt 2 started",
      "60 call 1 attempt 2 failed",
      "100 call 1 attempt 1 ok",
      "100 call 1 ended ok, attempts: 2",
    ],
  },
  {
    name: "the call fails when its last attempt has failed",
    policy: hedged(),
    calls: [call(0, failed(70), failed(30))],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 attempt 2 started",
      "70 call 1 attempt 1 failed",
      "80 call 1 attempt 2 failed",
      "80 call 1 ended failed, attempts: 2",
    ],
  },
  {
    name: "each attempt has its own timeout",
    policy: { ...hedged(), timeout: 80 },
    calls: [call(0, silent)],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 attempt 2 started",
      "80 call 1 attempt 1 timedOut",
      "130 call 1 attempt 2 timedOut",
      "130 call 1 ended timedOut, attempts: 2",
    ],
  },
  {
    name: "the deadline ends all attempts together",
    policy: { ...hedged(), deadline: 90 },
    calls: [call(0, silent)],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 attempt 2 started",
      "90 call 1 attempt 1 timedOut",
      "90 call 1 attempt 2 timedOut",
      "90 call 1 ended timedOut, attempts: 2",
    ],
  },
  {
    name: "a caller that leaves ends all attempts",
    policy: hedged(),
    calls: [{ ...call(0, silent), cancelAtMs: 60 }],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 attempt 2 started",
      "60 call 1 attempt 1 cancelled",
      "60 call 1 attempt 2 cancelled",
      "60 call 1 ended cancelled, attempts: 2",
    ],
  },
];

const refusals: readonly ConformanceCase[] = [
  {
    name: "an empty budget sends no hedge, and the attempt goes on",
    policy: hedged(2, { budget: { ratio: 0.001, capacity: 1 } }),
    calls: [call(0, ok(70), ok(10)), call(100, ok(70))],
    endAtMs: 300,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 attempt 2 started",
      "60 call 1 attempt 2 ok",
      "60 call 1 attempt 1 cancelled",
      "60 call 1 ended ok, attempts: 2",
      "70 call 1 attempt 1 late, ignored",
      "100 call 2 attempt 1 started",
      "150 call 2 no hedge: budgetExhausted",
      "170 call 2 attempt 1 ok",
      "170 call 2 ended ok, attempts: 1",
    ],
  },
  {
    name: "a hedge does not wait for a place",
    policy: { ...hedged(), bulkhead: { concurrent: 1, queue: { size: 5 } } },
    calls: [call(0, ok(70))],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 no hedge: bulkheadFull",
      "70 call 1 attempt 1 ok",
      "70 call 1 ended ok, attempts: 1",
    ],
  },
  {
    name: "an open circuit sends no hedge",
    policy: {
      ...hedged(),
      circuitBreaker: { window: { kind: "consecutive", failures: 1 }, openFor: 1000 },
    },
    calls: [call(0, ok(70)), call(10, failed(10))],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 2 attempt 1 started",
      "20 call 2 attempt 1 failed",
      "20 circuit opened: 1 failure in a row",
      "20 call 2 no hedge: circuitOpen",
      "20 call 2 ended failed, attempts: 1",
      "50 call 1 no hedge: circuitOpen",
      "70 call 1 attempt 1 ok",
      "70 call 1 ended ok, attempts: 1",
    ],
  },
  {
    name: "a fallback stands in when all attempts have failed",
    policy: { ...hedged(), fallback: { value: "instead" } },
    calls: [call(0, failed(10), failed(10))],
    endAtMs: 100,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 1 attempt 1 failed",
      "10 call 1 attempt 2 started",
      "20 call 1 attempt 2 failed",
      "20 call 1 ended fallback for failed, attempts: 2",
    ],
  },
];

export const hedgeCases = [...answers, ...failures, ...refusals];
