import type { Distribution } from "@breakwater/scenario";
import { closedThroughput, erlangB, erlangC, erlangWait, fullShare, meanWait } from "./formulas.ts";
import type { Effort, Measured, PublishedResult } from "./published-result.ts";
import {
  EXPONENTIAL,
  type QueueOptions,
  queueScenario,
  timeS,
  times,
  turnedAway,
  waitingShare,
  waitS,
  waits,
} from "./queue-scenario.ts";
import { over, percentile99, replicate } from "./replicate.ts";
import { relative } from "./tolerance.ts";

const REPLICATIONS = { quick: 6, full: 20 };

/** @param scale how many more customers are needed for the same precision: more in a fuller system */
function runs(options: Omit<QueueOptions, "customers">, effort: Effort, scale = 1) {
  const customers = effort === "quick" ? 12_000 * Math.min(scale, 10) : 60_000 * scale;
  return replicate(queueScenario({ ...options, customers }), REPLICATIONS[effort]);
}

function oneServer(rho: number, scale: number): PublishedResult {
  const time = 1 / (1 - rho);
  return {
    name: `M/M/1 at ${rho}`,
    source: "M/M/1: W = 1 / (mu - lambda); the time in the system is exponential",
    rows: [
      {
        quantity: "mean time in the system",
        unit: "s",
        theirs: time,
        tolerance: relative(0.15, 0.03),
      },
      {
        quantity: "99th percentile of the time in the system",
        unit: "s",
        theirs: time * Math.log(100),
        tolerance: relative(0.25, 0.05),
      },
    ],
    run(effort) {
      const found = runs({ rate: rho, workers: 1 }, effort, scale);
      return [over(found, timeS), percentile99(found, times)];
    },
  };
}

function manyServers(workers: number, rate: number): PublishedResult {
  const share = erlangC(workers, rate);
  return {
    name: `M/M/${workers}, load ${rate}`,
    source: "Erlang C: P(wait > t) = C exp(-(c mu - lambda) t)",
    rows: [
      {
        quantity: "share that waits",
        unit: "share",
        theirs: share,
        tolerance: relative(0.1, 0.03),
      },
      {
        quantity: "mean wait",
        unit: "s",
        theirs: erlangWait(workers, rate),
        tolerance: relative(0.2, 0.04),
      },
      {
        quantity: "99th percentile of the wait",
        unit: "s",
        theirs: Math.log(share / 0.01) / (workers - rate),
        tolerance: relative(0.25, 0.05),
      },
    ],
    run(effort) {
      const found = runs({ rate, workers }, effort, workers === 100 ? 20 : 2);
      return [over(found, waitingShare), over(found, waitS), percentile99(found, waits)];
    },
  };
}

function pooling(workers: number): PublishedResult {
  const rate = 0.8 * workers;
  return {
    name: `pooling, ${workers} servers`,
    source:
      "M. Brooker, 2020-08-06: the more servers share a line at the same utilisation, the less waiting",
    rows: [
      {
        quantity: "mean time in the system at a utilisation of 0.8",
        unit: "s",
        theirs: 1 + erlangWait(workers, rate),
        tolerance: relative(0.12, 0.025),
      },
    ],
    run: (effort) => [over(runs({ rate, workers }, effort, workers === 1 ? 3 : 1), timeS)],
  };
}

const HALF_LOAD: readonly PublishedResult[] = [5, 10].map((workers) => ({
  name: `half load, ${workers} servers`,
  source: "M. Brooker, 2020-08-06: half of the load, and how many still wait",
  rows: [
    {
      quantity: "share that waits",
      unit: "share",
      theirs: erlangC(workers, workers / 2),
      tolerance: relative(0.1, 0.03),
    },
  ],
  run: (effort) => [over(runs({ rate: workers / 2, workers }, effort, 2), waitingShare)],
}));

/** Two exponentials so mixed that the squared variation is 4 and the mean 1 s. */
const VARIED: Distribution = {
  kind: "mixture",
  of: [
    { weight: 0.887298, value: { kind: "exponential", mean: 563.5083 } },
    { weight: 0.112702, value: { kind: "exponential", mean: 4436.4917 } },
  ],
};

const WORKS: readonly (readonly [name: string, work: Distribution, cv2: number, scale: number])[] =
  [
    ["D", "1s", 0, 1],
    ["Erlang-4", { kind: "erlang", mean: "1s", shape: 4 }, 1 / 4, 1],
    ["M", EXPONENTIAL, 1, 2],
    ["hyperexponential, CV^2 = 4", VARIED, 4, 6],
    ["lognormal, sigma 1", { kind: "lognormal", mean: "1s", sigma: 1 }, Math.E - 1, 5],
  ];

const GENERAL: readonly PublishedResult[] = WORKS.map(([name, work, cv2, scale]) => ({
  name: `M/G/1 at 0.8, ${name}`,
  source: "Pollaczek and Khinchine: Wq = rho (1 + CV^2) / (2 (1 - rho)) E[S]",
  rows: [
    {
      quantity: "mean wait",
      unit: "s",
      theirs: meanWait(0.8, cv2),
      tolerance: relative(0.15, 0.04),
    },
  ],
  run: (effort) => [over(runs({ rate: 0.8, workers: 1, work }, effort, scale), waitS)],
}));

const LOSS: readonly PublishedResult[] = [
  [10, 8],
  [20, 16],
  [100, 95],
].map(([workers = 0, rate = 0]) => ({
  name: `M/G/${workers}/${workers}, load ${rate}`,
  source: "Erlang B, whatever the distribution of the service time",
  rows: ["exponential", "constant", "lognormal"].map((kind) => ({
    quantity: `share turned away, ${kind} work`,
    unit: "share",
    theirs: erlangB(workers, rate),
    tolerance: relative(0.1, 0.03),
  })),
  run: (effort): readonly Measured[] =>
    [EXPONENTIAL, "1s", { kind: "lognormal", mean: "1s", sigma: 1 } as const].map((work) =>
      over(runs({ rate, workers, work, capacity: 0 }, effort), turnedAway),
    ),
}));

const SHORT_QUEUE: readonly PublishedResult[] = [
  [0.8, 10],
  [1, 10],
  [1.5, 10],
  [2, 100],
].map(([rate = 0, room = 0]) => ({
  name: `M/M/1/${room}, load ${rate}`,
  source: "M/M/1/K: P_K = (1 - rho) rho^K / (1 - rho^(K+1))",
  rows: [
    {
      quantity: "share turned away",
      unit: "share",
      theirs: fullShare(rate, room),
      tolerance: relative(0.15, 0.04),
    },
    ...(room === 100
      ? [
          {
            quantity: "mean time in the system",
            unit: "s",
            theirs: 99,
            tolerance: relative(0.04, 0.02),
          },
        ]
      : []),
  ],
  run(effort) {
    const found = runs({ rate, workers: 1, capacity: room - 1 }, effort, room === 100 ? 15 : 2);
    return [over(found, turnedAway), ...(room === 100 ? [over(found, timeS)] : [])];
  },
}));

const CLOSED: PublishedResult = {
  name: "M/M/1//10",
  source: "machine repair (mean value analysis): 10 users think 9 s and are served for 1 s",
  rows: [
    {
      quantity: "throughput",
      unit: "per s",
      theirs: closedThroughput(10, 9),
      tolerance: relative(0.03, 0.01),
    },
  ],
  run(effort) {
    const found = replicate(
      {
        duration: effort === "quick" ? "4h" : "20h",
        bucket: "10min",
        services: {
          desk: { workers: 1, endpoints: { serve: { steps: [{ work: EXPONENTIAL }] } } },
        },
        load: {
          users: {
            kind: "closed",
            to: "desk",
            users: 10,
            think: { kind: "exponential", mean: "9s" },
          },
        },
      },
      REPLICATIONS[effort],
    );
    return [over(found, ({ endToEnd, durationMs }) => (endToEnd.calls / durationMs) * 1000)];
  },
};

/** Single stations: waiting, loss and sharing, each against its closed formula. */
export const queues: readonly PublishedResult[] = [
  oneServer(0.5, 1),
  oneServer(0.8, 3),
  oneServer(0.9, 10),
  oneServer(0.95, 30),
  manyServers(10, 8),
  manyServers(8, 6.4),
  manyServers(100, 95),
  ...[1, 2, 5, 10, 20, 100].map(pooling),
  ...HALF_LOAD,
  ...GENERAL,
  ...LOSS,
  ...SHORT_QUEUE,
  CLOSED,
];
