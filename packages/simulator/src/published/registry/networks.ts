import type { RunResult } from "@breakwater/metrics";
import type { Scenario, Step } from "@breakwater/scenario";
import { erlangQuantile } from "./formulas.ts";
import type { Effort, PublishedResult } from "./published-result.ts";
import { EXPONENTIAL } from "./queue-scenario.ts";
import {
  answeredShare,
  attemptsPerLoadCall,
  meanTimeS,
  over,
  percentile99,
  replicate,
} from "./replicate.ts";
import { absolute, EXACT, relative } from "./tolerance.ts";

const REPLICATIONS = { quick: 5, full: 20 };
const seconds = (effort: Effort): number => (effort === "quick" ? 200 : 1000);

/** A front door that does these steps, and 100 callers a second. */
function front(steps: Step[], duration: string | number, rest: Partial<Scenario> = {}): Scenario {
  const { services, ...others } = rest;
  return {
    duration,
    drain: "1h",
    services: { front: { endpoints: { go: { steps } } }, ...services },
    load: { callers: { kind: "open", to: "front", rate: 100 } },
    ...others,
  };
}

const answered = ({ endToEnd }: RunResult) => endToEnd.latency.answered;

const NODE = { endpoints: { serve: { steps: [{ work: EXPONENTIAL }] } } };

const CHAINS: readonly PublishedResult[] = [1, 3, 10].map((length) => ({
  name: `chain of ${length}`,
  source: "M. Brooker, 2021-10-20: serial calls to nodes with exponential times of mean 1 s",
  rows: [
    {
      quantity: "99th percentile of the time",
      unit: "s",
      theirs: erlangQuantile(length, 0.99),
      tolerance: relative(0.05, 0.02),
    },
  ],
  run(effort) {
    const calls = new Array<Step>(length).fill({ call: "node" });
    const scenario = front(calls, seconds(effort) * 1000, { services: { node: NODE } });
    return [percentile99(replicate(scenario, REPLICATIONS[effort]), answered)];
  },
}));

const QUORUMS: readonly PublishedResult[] = [
  { of: 5, needs: 3, p99: 2.248, mean: 0.7833 },
  { of: 7, needs: 4, p99: 1.95, mean: 0.7595 },
].map(({ of, needs, p99, mean }) => ({
  name: `quorum of ${needs} out of ${of}`,
  source: "M. Brooker, 2021-10-20: the k-th of n exponential times; mean H(n) - H(n - k)",
  rows: [
    {
      quantity: "99th percentile of the time",
      unit: "s",
      theirs: p99,
      tolerance: relative(0.04, 0.02),
    },
    { quantity: "mean time", unit: "s", theirs: mean, tolerance: relative(0.02, 0.01) },
  ],
  run(effort) {
    const step: Step = { call: "node", times: of, needs };
    const scenario = front([step], seconds(effort) * 1000, { services: { node: NODE } });
    const runs = replicate(scenario, REPLICATIONS[effort]);
    return [percentile99(runs, answered), over(runs, meanTimeS)];
  },
}));

const UP = 0.9;
const REPLICAS: PublishedResult = {
  name: "availability of 2 out of 3",
  source: "binomial: p^3 + 3 p^2 (1 - p) for p = 0.9",
  rows: [
    {
      quantity: "share answered",
      unit: "share",
      theirs: UP ** 3 + 3 * UP ** 2 * (1 - UP),
      tolerance: absolute(0.01, 0.002),
    },
  ],
  run(effort) {
    const replica = { endpoints: { serve: { errorRate: 1 - UP, steps: [] } } };
    const step: Step = { call: "replica", times: 3, needs: 2 };
    const scenario = front([step], seconds(effort) * 1000, { services: { replica } });
    return [over(replicate(scenario, REPLICATIONS[effort]), answeredShare)];
  },
};

const TANDEM: PublishedResult = {
  name: "tandem queues",
  source: "Jackson: product form; 1 per s through servers of 2 and 1.25 per s: 1 + 4 s",
  rows: [{ quantity: "mean time", unit: "s", theirs: 5, tolerance: relative(0.15, 0.03) }],
  run(effort) {
    const station = (mean: string) => ({
      workers: 1,
      endpoints: { serve: { steps: [{ work: { kind: "exponential" as const, mean } }] } },
    });
    const scenario = front([{ call: "first" }, { call: "second" }], seconds(effort) * 150_000, {
      services: { first: station("500ms"), second: station("800ms") },
      load: { callers: { kind: "open", to: "front", rate: 1 } },
      bucket: "1h",
    });
    return [over(replicate(scenario, REPLICATIONS[effort]), meanTimeS)];
  },
};

/** Both of two exponentials of mean 1 s where the second begins d later: the time is above t with S(t) S(t - d). */
const HEDGE_AFTER_S = 1;
const HEDGE: PublishedResult = {
  name: "hedge after 1 s",
  source:
    "a hedge after d: P(time > t) = S(t) S(t - d), and S(d) more attempts; exponential times of mean 1 s",
  rows: [
    {
      quantity: "mean time",
      unit: "s",
      theirs: 1 - Math.exp(-HEDGE_AFTER_S) / 2,
      tolerance: relative(0.02, 0.01),
    },
    {
      quantity: "99th percentile of the time",
      unit: "s",
      theirs: (Math.log(100) + HEDGE_AFTER_S) / 2,
      tolerance: relative(0.05, 0.02),
    },
    {
      quantity: "attempts per call",
      unit: "",
      theirs: 1 + Math.exp(-HEDGE_AFTER_S),
      tolerance: relative(0.02, 0.01),
    },
  ],
  run(effort) {
    const hedge = { attempts: 2, delay: `${HEDGE_AFTER_S}s` };
    const found = replicate(
      {
        duration: seconds(effort) * 1000,
        services: { node: NODE },
        load: {
          callers: { kind: "open", to: "node", rate: 100, policy: { idempotent: true, hedge } },
        },
      },
      REPLICATIONS[effort],
    );
    return [
      over(found, meanTimeS),
      percentile99(found, answered),
      over(found, attemptsPerLoadCall),
    ];
  },
};

const LINKS = 10;
const AVAILABILITY_CHAIN: PublishedResult = {
  name: "availability of a chain",
  source: "product of availabilities: 0.999^10",
  rows: [
    {
      quantity: "share answered",
      unit: "share",
      theirs: 0.999 ** LINKS,
      tolerance: absolute(0.002, 0.0005),
    },
  ],
  run(effort) {
    const calls = new Array<Step>(LINKS).fill({ call: "link" });
    const link = { endpoints: { serve: { errorRate: 0.001, steps: [] } } };
    const scenario = front(calls, seconds(effort) * 1000, { services: { link } });
    return [over(replicate(scenario, REPLICATIONS[effort]), answeredShare)];
  },
};

const AVAILABILITY_REPAIR: PublishedResult = {
  name: "availability with repairs",
  source: "MTBF / (MTBF + MTTR): 90 s up, 10 s down, ten times",
  rows: [{ quantity: "share answered", unit: "share", theirs: 0.9, tolerance: absolute(1e-3) }],
  run: () => {
    const faults = Array.from({ length: 10 }, (_, i) => ({
      kind: "crash" as const,
      service: "front",
      name: `crash ${i}`,
      at: i * 100_000 + 90_000,
      for: 10_000,
    }));
    const load = {
      callers: { kind: "open", to: "front", rate: 100, arrivals: "constant" },
    } as const;
    return [over(replicate(front([], 1_000_000, { faults, load }), 1), answeredShare)];
  },
};

const ATTEMPTS = 4;
const LAYERS: PublishedResult = {
  name: "retries in three layers",
  source: "Google, Site Reliability Engineering (2016), chapter 22: attempts^layers",
  rows: [
    { quantity: "calls at the bottom per call", unit: "", theirs: ATTEMPTS ** 3, tolerance: EXACT },
  ],
  run: () => {
    const policy = {
      idempotent: true,
      retry: { attempts: ATTEMPTS, backoff: { kind: "constant", base: 0, jitter: "none" } },
    } as const;
    const layer = (to: string) => ({ endpoints: { go: { steps: [{ call: to, policy }] } } });
    const services = {
      top: layer("middle"),
      middle: layer("bottom"),
      bottom: { endpoints: { go: { errorRate: 1, steps: [] } } },
    };
    const load = { callers: { kind: "open", to: "top", rate: 10, policy } } as const;
    return [
      over(
        replicate({ duration: "10s", services, load }, 1),
        (run) => (run.services[2]?.arrived ?? 0) / run.endToEnd.calls,
      ),
    ];
  },
};

/** Systems of several parts: chains, tandems, hedges, layers of retries, availability. */
export const networks: readonly PublishedResult[] = [
  ...CHAINS,
  ...QUORUMS,
  REPLICAS,
  TANDEM,
  HEDGE,
  AVAILABILITY_CHAIN,
  AVAILABILITY_REPAIR,
  LAYERS,
];
