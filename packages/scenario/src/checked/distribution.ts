export type CheckedDistribution =
  | number
  | { kind: "constant"; value: number }
  | { kind: "uniform"; min: number; max: number; step?: number }
  | { kind: "exponential"; mean: number }
  | { kind: "erlang"; mean: number; shape: number }
  | { kind: "normal"; mean: number; deviation: number }
  | { kind: "lognormal"; mean: number; sigma: number }
  | { kind: "pareto"; min: number; shape: number }
  | { kind: "weibull"; scale: number; shape: number }
  | { kind: "bimodal"; low: number; high: number; share: number }
  | {
      kind: "empirical";
      percentiles?: Readonly<Record<string, number>>;
      histogram?: readonly { upTo: number; count: number }[];
      min: number;
    }
  | { kind: "mixture"; of: readonly { weight: number; value: CheckedDistribution }[] };
