import type { ResolvedDistribution } from "./distribution.ts";

export interface ResolvedFault {
  readonly name: string;
  readonly kind:
    | "latency"
    | "error"
    | "refused"
    | "hang"
    | "crash"
    | "pause"
    | "capacity"
    | "partition";
  readonly service: string;
  /** undefined: all. */
  readonly endpoint: string | undefined;
  readonly instance: number | undefined;
  /** A service or a load. */
  readonly from: string | undefined;
  readonly atMs: number;
  /** Infinity: to the end. */
  readonly endMs: number;
  readonly share: number;
  /** latency; 1 elsewhere. */
  readonly multiply: number;
  /** latency. */
  readonly add: ResolvedDistribution | undefined;
  readonly strikes: "new" | "inFlight";
  /** error. */
  readonly when: "afterWork" | "beforeWork";
  /** capacity; 0 elsewhere. */
  readonly lose: number;
  /** partition. */
  readonly requests: "lost" | "redelivered";
}
