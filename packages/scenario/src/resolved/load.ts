import type { ResolvedDistribution } from "./distribution.ts";
import type { ResolvedCall } from "./step.ts";

export interface ResolvedLoad {
  readonly name: string;
  readonly call: ResolvedCall;
  readonly startMs: number;
  readonly endMs: number;
  /** Piecewise linear factor; the first point is at 0, two points at the same time make a jump. */
  readonly shape: readonly { readonly atMs: number; readonly factor: number }[];
  /** 0 to 9, greater is more important. */
  readonly priority: number;
  /** undefined: nobody goes away. */
  readonly patience: ResolvedDistribution | undefined;
  /** undefined: nobody comes back. */
  readonly comeBack: ResolvedComeBack | undefined;
  readonly source:
    | {
        readonly kind: "open";
        readonly rate: number;
        readonly arrivals: "poisson" | "constant";
        /** Partly open: each arrival begins a session. undefined: it is one request. */
        readonly session: ResolvedSession | undefined;
      }
    | {
        readonly kind: "times";
        /** From the start of the run, in order. */
        readonly atMs: readonly number[];
      }
    | { readonly kind: "closed"; readonly users: number; readonly think: ResolvedDistribution };
}

export interface ResolvedComeBack {
  readonly probability: number;
  readonly after: ResolvedDistribution;
  readonly times: number;
}

export interface ResolvedSession {
  /** The probability of another request after each answer. */
  readonly stay: number;
  readonly think: ResolvedDistribution;
}
