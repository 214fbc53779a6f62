import type { PolicyData } from "../types/policy.ts";
import type { ResolvedDistribution } from "./distribution.ts";

export type ResolvedStep =
  | { readonly kind: "work"; readonly work: ResolvedDistribution }
  | { readonly kind: "call"; readonly call: ResolvedCall }
  /** The same call so many times, one after the other. */
  | { readonly kind: "repeat"; readonly call: ResolvedCall; readonly times: number }
  /** The same call so many times at once, of which some have to be answered. */
  | ({ readonly kind: "fanOut"; readonly call: ResolvedCall; readonly times: number } & Quorum)
  | { readonly kind: "parallel"; readonly steps: readonly ResolvedStep[] }
  | { readonly kind: "sequence"; readonly steps: readonly ResolvedStep[] }
  | ({ readonly kind: "quorum"; readonly steps: readonly ResolvedStep[] } & Quorum)
  | {
      readonly kind: "choose";
      /** Weights add up to 1, or less: then nothing is done for the rest. */
      readonly options: readonly {
        readonly weight: number;
        readonly steps: readonly ResolvedStep[];
      }[];
    };

interface Quorum {
  readonly needs: number;
  readonly rest: "continue" | "cancel";
}

export interface ResolvedCall {
  readonly service: string;
  readonly endpoint: string;
  /** The name that the author gave to the policy, or "" for none and for one written in place. */
  readonly policyName: string;
  /** undefined: a bare call. */
  readonly policy: PolicyData | undefined;
  readonly optional: boolean;
  /** Infinity without a limit. */
  readonly maxDepth: number;
  /** undefined: no network between the two. */
  readonly latency: ResolvedDistribution | undefined;
  /** What else the way there and back does to messages. */
  readonly unsteady?: ResolvedUnsteadiness;
}

export interface ResolvedUnsteadiness {
  readonly jitter: ResolvedDistribution | undefined;
  /** Share of messages that is lost. */
  readonly loss: number;
  /** Infinity: a lost message is not sent again. */
  readonly resendMs: number;
}
