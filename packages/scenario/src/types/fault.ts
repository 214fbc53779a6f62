import type { Duration } from "@breakwater/policy";
import type { Distribution } from "./distribution.ts";

interface FaultBase {
  /** Appears in reports; made from the kind and the target unless set. */
  name?: string;
  service: string;
  endpoint?: string;
  /** Strikes this instance only (0 is the first); all unless set. */
  instance?: number;
  /** Strikes only calls made by this service, or this load. */
  from?: string;
  /** From the start of the run; 0 unless set. */
  at?: Duration;
  /** To the end of the run, drain included, unless set. */
  for?: Duration;
  /** Share of requests that are struck; 1 unless set. */
  share?: number;
}

export type Fault =
  /** The answer takes longer: `add` is more work on the same worker, after the request's own; `multiply` stretches each work step. */
  | (FaultBase & {
      kind: "latency";
      add?: Distribution;
      multiply?: number;
      strikes?: "new" | "inFlight";
    })
  /** The answer is an error: at once, or after the work was done. */
  | (FaultBase & { kind: "error"; when?: "afterWork" | "beforeWork" })
  /** No connection is made. */
  | (FaultBase & { kind: "refused" })
  /** Taken up by a worker and not answered until the fault ends. */
  | (FaultBase & { kind: "hang" })
  /** Everything in work and in the queue is lost and its callers see an error; refuses connections until it restarts at the end. */
  | (FaultBase & { kind: "crash" })
  /** Frozen: takes connections, does nothing, goes on where it was. */
  | (FaultBase & { kind: "pause" })
  /** This share of the workers is gone. */
  | (FaultBase & { kind: "capacity"; lose: number })
  /** No request arrives while it lasts: lost, or delivered at its end. */
  | (FaultBase & { kind: "partition"; requests?: "lost" | "redelivered" });
