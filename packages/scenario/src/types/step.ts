import type { Duration } from "@breakwater/policy";
import type { Distribution } from "./distribution.ts";
import type { PolicyData } from "./policy.ts";

export type Step = (WorkStep | CallStep | ParallelStep | SequenceStep | QuorumStep | ChooseStep) & {
  /** Share of requests that do this step; the others leave it out. 1 unless set. */
  probability?: number;
};

/** Keeps a worker busy. */
export interface WorkStep {
  work: Distribution;
}

/** Calls another service and waits for the answer. */
export interface CallStep {
  call: string;
  /** Needed only where the service has more than one. */
  endpoint?: string;
  /** The name of a policy, or one written in place. None unless set. */
  policy?: string | PolicyData;
  /** The request goes on without the answer: it is then degraded, not failed. */
  optional?: boolean;
  /** In a call graph with a cycle: the call is left out once the request has passed through this many services. */
  maxDepth?: number;
  network?: Network;
  /** Calls it so many times. 1 unless set. */
  times?: number;
  /** With `times`: all at once (default), or one after the other. */
  order?: "parallel" | "sequence";
  /** With `times`, in parallel: goes on once so many calls are answered. All unless set. */
  needs?: number;
  /** What becomes of the calls that were not needed; "continue" unless set. */
  rest?: "continue" | "cancel";
}

/** All at once; done when all are. */
export interface ParallelStep {
  parallel: Step[];
}

/** One after the other, for use inside parallel. */
export interface SequenceStep {
  sequence: Step[];
}

/** All at once; goes on when `needs` of them are done, fails when so many can no longer be. */
export interface QuorumStep {
  quorum: Step[];
  needs: number;
  /** What becomes of the others then: they go on until the request is answered, or are cancelled. */
  rest?: "continue" | "cancel";
}

/** One of several, by weight. */
export interface ChooseStep {
  choose: { weight: number; steps: Step[] }[];
}

export interface Network {
  /** One way, drawn for the request and again for its answer. */
  latency?: Distribution;
  /** Comes on top, one way, drawn for each message by itself: later messages may overtake earlier ones. */
  jitter?: Distribution;
  /** Share of messages that is lost, requests and answers alike. 0 unless set. */
  loss?: number;
  /** A lost message is sent again after this, then after twice this; never unless set. */
  resend?: Duration;
}
