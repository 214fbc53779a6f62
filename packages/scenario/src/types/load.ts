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
  /** 0 to 9, greater is more important: reaches the policies, and queues by priority. 0 unless set. */
  priority?: number;
  /** A customer who has waited so long for an answer goes away. Nobody does unless set. */
  patience?: Distribution;
  /** A customer who got no answer may come back with the same request. Nobody does unless set. */
  comeBack?: ComeBack;
}

export interface ComeBack {
  /** Share of those without an answer who try again by hand. */
  probability: number;
  /** From the end of the failed call. */
  after: Distribution;
  /** How often one customer comes back at most; 1 unless set. */
  times?: number;
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

/**
 * Partly open: sessions begin whatever happens, and within one a customer waits for each answer, thinks, and goes on
 * with the next request or leaves (Schroeder, Wierman and Harchol-Balter, NSDI 2006).
 */
export interface SessionLoad extends LoadBase {
  kind: "sessions";
  /** Sessions that begin per second. */
  rate: number;
  arrivals?: "poisson" | "constant";
  /** After an answer, the probability of another request: 1 / (1 - stay) requests per session. */
  stay: number;
  think?: Distribution;
}

/** So many users at one moment. */
export interface HerdLoad extends LoadBase {
  kind: "herd";
  users: number;
  /** From the start of the run. Either this or `after`. */
  at?: Duration;
  /** The name of a fault: the herd comes when it ends. */
  after?: string;
}

/** What was recorded: as a list, as CSV text, or as a CSV file that the command line reads. */
export type Recorded<T> = T[] | string | { file: string };

/** Requests at recorded times, or at recorded rates. */
export interface TraceLoad extends LoadBase {
  kind: "trace";
  /** When each request comes, from `start` on, in order: the first column of a CSV. Either this or `rates`. */
  times?: Recorded<Duration>;
  /** Requests per second in each interval from `start` on: the last column of a CSV. */
  rates?: Recorded<number>;
  /** How long each of the rates holds. */
  interval?: Duration;
  arrivals?: "poisson" | "constant";
}

export type Load = OpenLoad | ClosedLoad | SessionLoad | HerdLoad | TraceLoad;

/** How the rate, or the number of active users, changes over time: a factor on it. */
export type Shape =
  | { kind: "constant" }
  /** From `from` to `to` between `at` and `at + over`, then stays. */
  | { kind: "ramp"; from?: number; to: number; at?: Duration; over: Duration }
  /** `factor` between `at` and `at + for`. */
  | { kind: "spike"; factor: number; at: Duration; for: Duration }
  /** The factor of the latest step begun; 1 before the first. */
  | { kind: "steps"; steps: { at: Duration; factor: number }[] }
  /** A sine between `low` and `high`, with its highest at `peakAt` and again each `period`. */
  | { kind: "diurnal"; low: number; high: number; period: Duration; peakAt?: Duration }
  /** Straight lines between points; again from the start after each `every`, if set. */
  | { kind: "points"; points: { at: Duration; factor: number }[]; every?: Duration };
