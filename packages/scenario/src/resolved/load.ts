import type { ResolvedDistribution } from "./distribution.ts";
import type { ResolvedCall } from "./step.ts";

export interface ResolvedLoad {
  readonly name: string;
  readonly call: ResolvedCall;
  readonly startMs: number;
  readonly endMs: number;
  /** Piecewise linear factor; the first point is at 0, two points at the same time make a jump. */
  readonly shape: readonly { readonly atMs: number; readonly factor: number }[];
  readonly source:
    | { readonly kind: "open"; readonly rate: number; readonly arrivals: "poisson" | "constant" }
    | { readonly kind: "closed"; readonly users: number; readonly think: ResolvedDistribution };
}
