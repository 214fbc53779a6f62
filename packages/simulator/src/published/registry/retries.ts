import type { RunResult } from "@breakwater/metrics";
import { independentFailures, retryStorm, type Scenario } from "@breakwater/scenario";
import { retryBreaker } from "../models/retry-breaker.ts";
import type { PublishedResult } from "./published-result.ts";
import {
  answeredShare,
  attemptsPerLoadCall,
  estimate,
  meanOf,
  over,
  replicate,
} from "./replicate.ts";
import { absolute, relative } from "./tolerance.ts";

const BROOKER = 'M. Brooker, "Fixing retries with token buckets and circuit breakers" (2022)';
const RATES = [0.01, 0.05, 0.1, 0.2, 0.5, 0.75, 1];

const INDEPENDENT: readonly PublishedResult[] = [1, 4].map((attempts) => ({
  name: attempts === 1 ? "no retries" : `${attempts - 1} retries`,
  source: `${BROOKER}: success 1 - f^n, load (1 - f^n) / (1 - f)`,
  rows: RATES.flatMap((f) => {
    const success = 1 - f ** attempts;
    const load = f === 1 ? attempts : success / (1 - f);
    return [
      {
        quantity: `success at f = ${f}`,
        unit: "share",
        theirs: success,
        tolerance: relative(0.01),
      },
      { quantity: `load factor at f = ${f}`, unit: "", theirs: load, tolerance: relative(0.01) },
    ];
  }),
  run: () =>
    RATES.flatMap((errorRate) => {
      const runs = replicate(independentFailures({ errorRate, attempts, duration: "120s" }), 1);
      return [over(runs, answeredShare), over(runs, attemptsPerLoadCall)];
    }),
}));

const CLIENTS = 100;

/** A hundred clients with a budget each. */
function budgets(errorRate: number): Scenario {
  const client = {
    kind: "open",
    to: "service",
    rate: 10,
    policy: "client",
    network: { latency: { kind: "exponential", mean: "10ms" } },
  } as const;
  return {
    duration: "10s",
    services: { service: { endpoints: { answer: { errorRate, steps: [] } } } },
    policies: {
      client: {
        idempotent: true,
        retry: {
          attempts: 4,
          backoff: { kind: "constant", base: 0, jitter: "none" },
          budget: { ratio: 0.1, capacity: 5 },
        },
      },
    },
    load: Object.fromEntries(Array.from({ length: CLIENTS }, (_, i) => [`client${i}`, client])),
  };
}

const BUDGETS = [
  { f: 0.01, success: 1, load: 1.011 },
  { f: 0.05, success: 1, load: 1.051 },
  { f: 0.1, success: 0.993, load: 1.104 },
  { f: 0.2, success: 0.913, load: 1.135 },
  { f: 0.5, success: 0.572, load: 1.142 },
  { f: 0.75, success: 0.288, load: 1.143 },
  { f: 1, success: 0, load: 1.144 },
];

const TOKEN_BUCKET: PublishedResult = {
  name: "retries out of a token bucket",
  source: `${BROOKER}: 5 tokens, a tenth per call, a client each`,
  rows: BUDGETS.flatMap(({ f, success, load }) => [
    { quantity: `success at f = ${f}`, unit: "share", theirs: success, tolerance: absolute(0.01) },
    { quantity: `load factor at f = ${f}`, unit: "", theirs: load, tolerance: absolute(0.01) },
  ]),
  run: (effort) =>
    BUDGETS.flatMap(({ f }) => {
      const runs = replicate(budgets(f), effort === "quick" ? 3 : 10);
      // His numbers have the error of one run of his own: held to the tolerance alone.
      return [
        { ours: over(runs, answeredShare).ours },
        { ours: over(runs, attemptsPerLoadCall).ours },
      ];
    }),
};

const BREAKERS = [
  { f: 0.01, success: 0.9986, load: 1.008 },
  { f: 0.05, success: 0.991, load: 1.036 },
  { f: 0.1, success: 0.93, load: 1.033 },
  { f: 0.2, success: 0.806, load: 1.003 },
  { f: 0.5, success: 0.508, load: 1 },
  { f: 0.75, success: 0.258, load: 1 },
  { f: 1, success: 0, load: 1 },
];

const RETRY_BREAKER: PublishedResult = {
  name: "retries behind a breaker of their own",
  source: `${BROOKER}: no retries while more than 10 % fail; a model in TypeScript`,
  rows: BREAKERS.flatMap(({ f, success, load }) => [
    { quantity: `success at f = ${f}`, unit: "share", theirs: success, tolerance: absolute(0.01) },
    { quantity: `load factor at f = ${f}`, unit: "", theirs: load, tolerance: absolute(0.01) },
  ]),
  run: () =>
    BREAKERS.flatMap(({ f }) => {
      const runs = Array.from({ length: 20 }, (_, i) => retryBreaker(f, i + 1));
      return [
        { ours: meanOf(runs.map(({ success }) => success)) },
        { ours: meanOf(runs.map(({ load }) => load)) },
      ];
    }),
};

/** Per second, from 500 to 600 s. */
function late(run: RunResult, of: "ok" | "attempts"): number {
  const { series } = run.endToEnd;
  return run.timeMs.reduce((sum, at, i) => {
    const counts = at >= 500_000 && at < run.durationMs;
    return counts ? sum + (series[of][i] as number) / 100 : sum;
  }, 0);
}

const recovered = (rate: number) => (run: RunResult) => (late(run, "ok") > 0.9 * rate ? 1 : 0);

const BRONSON =
  "Bronson et al., Metastable Failures in Distributed Systems (HotOS 2021), section 2.1";
const STORM_RATES = [100, 120, 130, 140, 145, 154.5, 160, 200, 280];

const STORM: PublishedResult = {
  name: "retry storm",
  source: `${BRONSON}: no recovery where load x attempts is above the capacity`,
  rows: [
    ...STORM_RATES.map((rate) => ({
      quantity: `share of runs that recover at ${rate} per s`,
      unit: "share",
      theirs: rate < 150 ? 1 : 0,
      tolerance: absolute(0),
    })),
    { quantity: "attempts at 280 per s", unit: "per s", theirs: 559.8, tolerance: relative(0.01) },
    { quantity: "goodput at 280 per s", unit: "per s", theirs: 0, tolerance: absolute(0) },
  ],
  run(effort) {
    const seeds = effort === "quick" ? 1 : 40;
    const rates = STORM_RATES.map((rate) => replicate(retryStorm({ rate }), seeds));
    const at280 = rates[rates.length - 1] as readonly RunResult[];
    return [
      ...rates.map((runs, i) => over(runs, recovered(STORM_RATES[i] as number))),
      over(at280, (run) => late(run, "attempts")),
      over(at280, (run) => late(run, "ok")),
    ].map(({ ours }) => ({ ours }));
  },
};

const DRAIN: PublishedResult = {
  name: "retry storm without retries",
  source: `${BRONSON}; the backlog drains in D x load / (capacity - load) = 140 s`,
  rows: [
    { quantity: "share of runs that recover", unit: "share", theirs: 1, tolerance: absolute(0) },
    { quantity: "goodput at 280 per s", unit: "per s", theirs: 279.9, tolerance: relative(0.02) },
    { quantity: "time to recover", unit: "s", theirs: 140, tolerance: relative(0.25) },
  ],
  run(effort) {
    const runs = replicate(retryStorm({ rate: 280, attempts: 1 }), effort === "quick" ? 4 : 40);
    const recoveryS = estimate(runs.map(({ summary }) => (summary.recoveryMs ?? Infinity) / 1000));
    return [over(runs, recovered(280)), over(runs, (run) => late(run, "ok")), recoveryS].map(
      ({ ours }) => ({ ours }),
    );
  },
};

/** Retries: what they cost where failures are independent, and where they keep an outage alive. */
export const retries: readonly PublishedResult[] = [
  ...INDEPENDENT,
  TOKEN_BUCKET,
  RETRY_BREAKER,
  STORM,
  DRAIN,
];
