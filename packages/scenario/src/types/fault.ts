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
  /** Strikes again and again: after `every`, or after gaps that are drawn. Once unless set. */
  repeat?: Repeat;
}

export interface Repeat {
  /** From one beginning to the next. Either this or `gap`. */
  every?: Duration;
  /** From an end to the next beginning; the first gap begins at the fault's `at`. */
  gap?: Distribution;
  /** With `gap`: how long it lasts each time; as long as the fault's `for` unless set. */
  length?: Distribution;
  /** How often in all; to the end of the run unless set. */
  times?: number;
  /** With `gap`: every instance has gaps and lengths of its own. */
  perInstance?: boolean;
}

/** Faults by chance: one of a list at a time, with gaps and lengths that are drawn. */
export interface Chaos {
  /** Every draw follows from it: 0 to 2^32 - 1; the scenario's seed unless set. */
  seed?: number;
  /** From the start of the run; 0 unless set. */
  at?: Duration;
  /** To the end of the run unless set. */
  for?: Duration;
  /** From the end of one fault to the beginning of the next. */
  gap: Distribution;
  length: Distribution;
  /** Drawn from, all alike; without times of their own. */
  of: Fault[];
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
  | (FaultBase & {
      kind: "error";
      when?: "afterWork" | "beforeWork";
      /** With `when: afterWork`: only requests taken up while it lasts, or also those already in work. */
      strikes?: "new" | "inFlight";
    })
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
  | (FaultBase & { kind: "partition"; requests?: "lost" | "redelivered" })
  /** Work takes longer and longer, until the instance is started again: by so much of its length per second. */
  | (FaultBase & { kind: "leak"; grows: number; most?: number })
  /** Messages are lost by chance, requests and answers alike, and sent again after a while if set. */
  | (FaultBase & {
      kind: "loss";
      rate: number;
      messages?: "both" | "requests" | "answers";
      resend?: Duration;
    });
