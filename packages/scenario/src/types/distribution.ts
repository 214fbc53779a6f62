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
  | { kind: "mixture"; of: { weight: number; value: Distribution }[] };
