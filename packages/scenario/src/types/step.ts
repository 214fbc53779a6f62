import type { Distribution } from "./distribution.ts";
import type { PolicyData } from "./policy.ts";

export type Step = WorkStep | CallStep | ParallelStep | SequenceStep;

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
}

/** All at once; done when all are. */
export interface ParallelStep {
  parallel: Step[];
}

/** One after the other, for use inside parallel. */
export interface SequenceStep {
  sequence: Step[];
}

export interface Network {
  /** One way, drawn for the request and again for its answer. */
  latency?: Distribution;
}
