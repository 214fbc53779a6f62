import type { Scenario } from "@breakwater/scenario";
import type { PublishedResult } from "./published-result.ts";
import { meanTimeS, over, replicate } from "./replicate.ts";
import { relative } from "./tolerance.ts";

const SERVERS = 100;

/** What an independent simulation of 100 servers gives: mean time at a load of `rho` with `choices` looked at. */
const SUPERMARKET = [
  { rho: 0.5, choices: 1, theirs: 2.0025 },
  { rho: 0.5, choices: 2, theirs: 1.2744 },
  { rho: 0.8, choices: 2, theirs: 1.9664 },
  { rho: 0.8, choices: 3, theirs: 1.6036 },
  { rho: 0.9, choices: 2, theirs: 2.6757 },
  { rho: 0.9, choices: 3, theirs: 2.0848 },
  { rho: 0.9, choices: 5, theirs: 1.6972 },
  { rho: 0.95, choices: 2, theirs: 3.4663 },
];

function supermarket(rho: number, choices: number, durationS: number): Scenario {
  return {
    duration: `${durationS}s`,
    drain: "1h",
    bucket: "10s",
    services: {
      shop: {
        instances: SERVERS,
        workers: 1,
        balancer: choices === 1 ? { kind: "random" } : { kind: "choices", choices },
        endpoints: { serve: { steps: [{ work: { kind: "exponential", mean: "1s" } }] } },
      },
    },
    load: { customers: { kind: "open", to: "shop", rate: rho * SERVERS } },
  };
}

/** The shortest line of a few that were picked at random. */
export const choices: readonly PublishedResult[] = SUPERMARKET.map(({ rho, choices, theirs }) => ({
  name: `${choices} of 100 lines at ${rho}`,
  source: "M. Mitzenmacher, The Power of Two Choices (TPDS 2001), simulated with 100 servers",
  rows: [
    { quantity: "mean time in the system", unit: "s", theirs, tolerance: relative(0.06, 0.03) },
  ],
  run(effort) {
    const scenario = supermarket(rho, choices, effort === "quick" ? 3000 : 10_000);
    const { ours } = over(replicate(scenario, effort === "quick" ? 1 : 4), meanTimeS);
    return [{ ours }];
  },
}));
