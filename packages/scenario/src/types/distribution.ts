import type { Duration } from "@breakwater/policy";

/** A plain duration is a constant. Samples below 0 are drawn as 0. */
export type Distribution =
  | Duration
  | { kind: "constant"; value: Duration }
  /** Every value between min and max alike; with `step`, only min, min + step, ... up to max. */
  | { kind: "uniform"; min: Duration; max: Duration; step?: Duration }
  | { kind: "exponential"; mean: Duration }
  /** The sum of `shape` exponentials. */
  | { kind: "erlang"; mean: Duration; shape: number }
  | { kind: "normal"; mean: Duration; deviation: Duration }
  /** By the mean and the sigma of the underlying normal. */
  | { kind: "lognormal"; mean: Duration; sigma: number }
  | { kind: "pareto"; min: Duration; shape: number }
  | { kind: "weibull"; scale: Duration; shape: number }
  /** `high` for this share, and `low` for the others. */
  | { kind: "bimodal"; low: Duration; high: Duration; share: number }
  | { kind: "mixture"; of: { weight: number; value: Distribution }[] }
  /** What was measured: percentiles, or a histogram. Between two points every value is alike. */
  | {
      kind: "empirical";
      /** Percentile -> value: { "0": "1ms", "50": "20ms", "99.9": "2s" }. The lowest and the highest are the ends. */
      percentiles?: Record<string, Duration>;
      /** From `min` to the first `upTo`, and from each to the next. */
      histogram?: { upTo: Duration; count: number }[];
      min?: Duration;
    };
