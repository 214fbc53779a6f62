import type { Duration } from "@breakwater/policy";
import type { Chaos, Fault } from "./fault.ts";
import type { Load } from "./load.ts";
import type { Objective } from "./objective.ts";
import type { PolicyData } from "./policy.ts";
import type { Semantics } from "./semantics.ts";
import type { Service } from "./service.ts";

/**
 * A scenario as its author writes it, in TypeScript, JSON or YAML. Units: durations are milliseconds as a number
 * or text with a unit; rates are per second; shares are 0 to 1.
 */
export interface Scenario {
  /** Shown in reports. */
  name?: string;
  about?: string;
  /** Every random draw follows from it. 0 to 2^32 - 1; 1 unless set. */
  seed?: number;
  /** How long the load plays. */
  duration: Duration;
  /** How long to wait at most, after the load has ended, until everything is quiet. 60 s unless set. */
  drain?: Duration;
  /** Width of the time buckets in the result; chosen from the duration unless set. */
  bucket?: Duration;
  services: Record<string, Service>;
  /** Policies with a name, for calls to refer to. */
  policies?: Record<string, PolicyData>;
  load: Record<string, Load>;
  faults?: Fault[];
  /** Faults by chance, beside those. */
  chaos?: Chaos[];
  objectives?: Objective[];
  semantics?: Semantics;
}
