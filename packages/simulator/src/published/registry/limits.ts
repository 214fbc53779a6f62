import type { RunResult } from "@breakwater/metrics";
import type { Fault, PolicyData, Scenario } from "@breakwater/scenario";
import type { PublishedResult } from "./published-result.ts";
import { attemptsPerLoadCall, meanTimeS, over, replicate } from "./replicate.ts";
import { absolute, atMost, EXACT, relative } from "./tolerance.ts";

const BURST = 50;
const PER_S = 100;
const TOKENS: PublishedResult = {
  name: "token bucket",
  source: "token bucket: at most burst + rate x T in any time T from its start",
  rows: [
    {
      quantity: "admitted in 60 s, of 400 per s",
      unit: "attempts",
      theirs: BURST + PER_S * 60,
      tolerance: absolute(1),
    },
    {
      quantity: "most above burst + rate x T at any moment",
      unit: "attempts",
      theirs: 0,
      tolerance: atMost(0),
    },
  ],
  run: () => {
    const policy = { rateLimiter: { kind: "tokenBucket", limit: PER_S, burst: BURST } } as const;
    const runs = replicate(
      {
        duration: "60s",
        bucket: "100ms",
        services: { door: { endpoints: { go: { steps: [] } } } },
        load: { callers: { kind: "open", to: "door", rate: 400, policy } },
      },
      3,
    );
    return [
      { ours: over(runs, ({ endToEnd }) => endToEnd.attempts).ours },
      { ours: Math.max(...runs.map(mostAbove)) },
    ];
  },
};

function mostAbove({ endToEnd: { series }, timeMs, bucketMs }: RunResult): number {
  let admitted = 0;
  const above = series.attempts.map((attempts, i) => {
    admitted += attempts;
    return admitted - (BURST + (PER_S * ((timeMs[i] as number) + bucketMs)) / 1000);
  });
  return Math.max(...above);
}

const BUDGET: PublishedResult = {
  name: "retry budget of 10 %",
  source:
    "Google, Site Reliability Engineering (2016), chapter 21: at most 1.1 times the load, not 3 times",
  rows: [
    {
      quantity: "attempts per call with a budget",
      unit: "",
      theirs: 1.1,
      tolerance: atMost(0.002),
    },
    { quantity: "attempts per call without", unit: "", theirs: 3, tolerance: EXACT },
  ],
  run: () => {
    const backoff = { kind: "constant", base: 0, jitter: "none" } as const;
    const load = (retry: PolicyData["retry"]): Scenario => ({
      duration: "200s",
      services: { broken: { endpoints: { go: { errorRate: 1, steps: [] } } } },
      load: {
        callers: {
          kind: "open",
          to: "broken",
          rate: 100,
          policy: { idempotent: true, ...(retry && { retry }) },
        },
      },
    });
    const budget = { ratio: 0.1, capacity: 10 };
    return [
      over(replicate(load({ attempts: 3, backoff, budget }), 1), attemptsPerLoadCall),
      over(replicate(load({ attempts: 3, backoff }), 1), attemptsPerLoadCall),
    ];
  },
};

/** What a backend is sent for each attempt that it takes, once the first windows have passed. */
function sentPerAccepted(multiplier: number, seeds: number) {
  const runs = replicate(
    {
      duration: "600s",
      bucket: "10s",
      services: {
        backend: {
          workers: 10,
          queue: { capacity: 0 },
          endpoints: { go: { steps: [{ work: "100ms" }] } },
        },
      },
      load: {
        clients: {
          kind: "open",
          to: "backend",
          rate: 2000,
          policy: { clientThrottle: { multiplier, window: "2min" } },
        },
      },
    },
    seeds,
  );
  return over(runs, ({ services: [backend], timeMs, durationMs }) => {
    const late = timeMs.flatMap((at, i) => (at >= 300_000 && at < durationMs ? [i] : []));
    const sum = (column: readonly number[] = []) =>
      late.reduce((all, i) => all + (column[i] ?? 0), 0);
    return sum(backend?.series.arrived) / sum(backend?.series.ok);
  });
}

const THROTTLES: readonly PublishedResult[] = [2, 1.1].map((multiplier) => ({
  name: `adaptive throttling, K = ${multiplier}`,
  source:
    "Google, Site Reliability Engineering (2016), chapter 21: the backend gets K times what it accepts",
  rows: [
    {
      quantity: "attempts per accepted attempt",
      unit: "",
      theirs: multiplier,
      tolerance: relative(0.03),
    },
  ],
  run: (effort) => {
    const { ours } = sentPerAccepted(multiplier, effort === "quick" ? 1 : 5);
    return [{ ours }];
  },
}));

const PAUSES_S = [1, 9] as const;
const PARADOX: PublishedResult = {
  name: "inspection paradox",
  source:
    "M. Brooker, 2026-06-19: who meets an outage waits E[X^2] / (2 E[X]) for its end, not E[X] / 2",
  rows: [
    {
      quantity: "mean wait of those who meet a pause of 1 or 9 s",
      unit: "s",
      theirs: (1 + 81) / 2 / (2 * 5),
      tolerance: relative(0.01),
    },
  ],
  run: () => {
    const faults: Fault[] = Array.from({ length: 40 }, (_, i) => ({
      kind: "pause",
      service: "door",
      name: `pause ${i}`,
      at: i * 20_000,
      for: `${PAUSES_S[i % 2]}s`,
    }));
    const scenario: Scenario = {
      duration: "800s",
      services: { door: { endpoints: { go: { steps: [] } } } },
      load: { callers: { kind: "open", to: "door", rate: 1000, arrivals: "constant" } },
      faults,
    };
    // Nobody else waits: the mean over all, by the share of the time that is paused.
    return [over(replicate(scenario, 1), (run) => meanTimeS(run) / (5 / 20))];
  },
};

const POISSON: PublishedResult = {
  name: "Poisson arrivals",
  source: "Poisson process: counts have a variance equal to their mean",
  rows: [
    {
      quantity: "variance / mean of arrivals per second",
      unit: "",
      theirs: 1,
      tolerance: relative(0.1, 0.02),
    },
  ],
  run(effort) {
    const scenario: Scenario = {
      duration: "2000s",
      bucket: "1s",
      services: { door: { endpoints: { go: { steps: [] } } } },
      load: { callers: { kind: "open", to: "door", rate: 20 } },
    };
    return [over(replicate(scenario, effort === "quick" ? 5 : 40), dispersion)];
  },
};

function dispersion({ endToEnd: { series }, durationMs }: RunResult): number {
  const counts = series.calls.slice(0, durationMs / 1000);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  return squares / (counts.length - 1) / mean;
}

/** What limits let through, and what chance does. */
export const limits: readonly PublishedResult[] = [TOKENS, BUDGET, ...THROTTLES, PARADOX, POISSON];
