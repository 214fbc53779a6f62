import type { PolicyData } from "../types/policy.ts";
import type { ResolvedDistribution } from "./distribution.ts";

export type ResolvedStep =
  | { readonly kind: "work"; readonly work: ResolvedDistribution }
  | { readonly kind: "call"; readonly call: ResolvedCall }
  | { readonly kind: "parallel"; readonly steps: readonly ResolvedStep[] }
  | { readonly kind: "sequence"; readonly steps: readonly ResolvedStep[] };

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
}
