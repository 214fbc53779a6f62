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
    | "partition"
    | "leak"
    | "loss";
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
  /** leak: added to the factor 1 per second, and the highest factor; 0 and Infinity elsewhere. */
  readonly grows: number;
  readonly most: number;
  /** loss: the share of messages that is lost; 0 elsewhere. */
  readonly rate: number;
  readonly messages: "both" | "requests" | "answers";
  /** loss: from a lost message to its repetition, twice as long each time; Infinity for never. */
  readonly resendMs: number;
}
