/** All in milliseconds. */
export type ResolvedDistribution =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "uniform"; readonly min: number; readonly max: number; readonly step: number }
  | { readonly kind: "exponential"; readonly mean: number }
  | { readonly kind: "erlang"; readonly mean: number; readonly shape: number }
  | { readonly kind: "normal"; readonly mean: number; readonly deviation: number }
  | { readonly kind: "lognormal"; readonly mean: number; readonly sigma: number }
  | { readonly kind: "pareto"; readonly min: number; readonly shape: number }
  | { readonly kind: "weibull"; readonly scale: number; readonly shape: number }
  | {
      readonly kind: "empirical";
      /** The inverse of the distribution function: u from 0 to 1, with straight lines between. */
      readonly points: readonly { readonly u: number; readonly ms: number }[];
    }
  | {
      readonly kind: "mixture";
      /** Weights add up to 1. */
      readonly of: readonly { readonly weight: number; readonly value: ResolvedDistribution }[];
    };
