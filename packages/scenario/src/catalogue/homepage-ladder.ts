import type { Scenario } from "../types/scenario.ts";
import { type HomepageOptions, type HomepagePace, homepage } from "./homepage.ts";

/** One run of the demonstration: what was run, and what its author saw. */
export interface LadderRun {
  readonly name: string;
  /** What the author reports, in our words; undefined where the command is given without a result. */
  readonly published: string | undefined;
  readonly scenario: Scenario;
}

type Run = Omit<HomepageOptions, "pace"> & { name: string; published?: string };

const RUNS: readonly Run[] = [
  {
    name: "baseline",
    fault: "none",
    published: "The system without a fault; everything else is measured against it.",
  },
  {
    name: "outage",
    fault: "refused",
    published: "About as many requests as usual, without recommendations.",
  },
  {
    name: "outage, circuit breakers",
    fault: "refused",
    circuitBreakers: true,
    published: "Hardly any different from the outage without breakers.",
  },
  {
    name: "slow, no timeout",
    fault: "slow",
    published: "Requests drop dramatically; timeouts of 30 or 60 s would change nothing.",
  },
  {
    name: "slow, circuit breakers only",
    fault: "slow",
    circuitBreakers: true,
    published: "Same as with nothing: without a timeout there are no errors to trip on.",
  },
  {
    name: "slow, 0.5 s timeout",
    fault: "slow",
    timeout: 0.5,
    published: "More requests, but recommendations stay busy for some 2.5 minutes afterwards.",
  },
  {
    name: "slow, 5 s timeout",
    fault: "slow",
    timeout: 5,
    published: "Far fewer requests, and no tail of minutes.",
  },
  {
    name: "slow, retries only",
    fault: "slow",
    retries: true,
    published: "About 13 requests per 10 s: no different from no timeout.",
  },
  {
    name: "slow, 0.5 s timeout, retries",
    fault: "slow",
    timeout: 0.5,
    retries: true,
    published: "Better than retries only, worse than the timeout only.",
  },
  {
    name: "slow, 0.5 s timeout, circuit breakers",
    fault: "slow",
    timeout: 0.5,
    circuitBreakers: true,
    published: "No tail, and significantly more requests than with timeouts only.",
  },
  { name: "slow, 1 s timeout", fault: "slow", timeout: 1 },
  { name: "slow, 1 s timeout, circuit breakers", fault: "slow", timeout: 1, circuitBreakers: true },
  { name: "slow, 3 s timeout, retries", fault: "slow", timeout: 3, retries: true },
];

/** Every published run of the demonstration at one pace, baseline first, in the order in which it was told. */
export function homepageLadder(pace: HomepagePace): readonly LadderRun[] {
  return RUNS.map(({ name, published, ...options }) => ({
    name,
    published,
    scenario: { ...homepage({ ...options, pace }), name: `homepage, ${pace}: ${name}` },
  }));
}
