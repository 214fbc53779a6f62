import type { Duration } from "@breakwater/policy";
import type { Distribution } from "./distribution.ts";
import type { PolicyData } from "./policy.ts";
import type { Network } from "./step.ts";

interface LoadBase {
  about?: string;
  to: string;
  endpoint?: string;
  /** The customers' own policy. */
  policy?: string | PolicyData;
  network?: Network;
  /** From the start of the run; 0 unless set. */
  start?: Duration;
  /** From the start of the run; the run's duration unless set. */
  end?: Duration;
  shape?: Shape;
}

/** Requests arrive whatever happens to the ones before. */
export interface OpenLoad extends LoadBase {
  kind: "open";
  /** Requests per second. */
  rate: number;
  arrivals?: "poisson" | "constant";
}

/** A fixed number of users, each with one request at a time. */
export interface ClosedLoad extends LoadBase {
  kind: "closed";
  users: number;
  /** From an answer to the next request. 0 unless set. */
  think?: Distribution;
}

export type Load = OpenLoad | ClosedLoad;

/** How the rate, or the number of active users, changes over time: a factor on it. */
export type Shape =
  | { kind: "constant" }
  /** From `from` to `to` between `at` and `at + over`, then stays. */
  | { kind: "ramp"; from?: number; to: number; at?: Duration; over: Duration }
  /** `factor` between `at` and `at + for`. */
  | { kind: "spike"; factor: number; at: Duration; for: Duration }
  /** The factor of the latest step begun; 1 before the first. */
  | { kind: "steps"; steps: { at: Duration; factor: number }[] };
