import type { Duration, FieldTable, TableOf } from "../options/field.ts";
import { type RetryBudgetOptions, retryBudgetTable } from "../retry-budget/options.ts";
import { DEFAULTS } from "./resolve.ts";

export interface HedgeOptions {
  /** All attempts, the first included: 2 is one call and at most one more beside it. */
  attempts?: number;
  delay: Duration;
  quantile?: number;
  minDelay?: Duration;
  budget?: RetryBudgetOptions;
}

export const hedgeTable = {
  attempts: {
    kind: "number",
    integer: true,
    min: 2,
    max: 10,
    unit: "attempts",
    default: DEFAULTS.attempts,
    about: "All attempts, the first included.",
  },
  delay: {
    kind: "duration",
    required: true,
    about:
      "How long an attempt is out before another goes out beside it; with quantile, the longest delay and the first one.",
  },
  quantile: {
    kind: "number",
    min: 0,
    aboveMin: true,
    max: 0.9999,
    unit: "share",
    about: "Waits as long as this share of recent successes took, in place of a fixed delay.",
  },
  minDelay: {
    kind: "duration",
    default: DEFAULTS.minDelay,
    about: "With quantile: no delay is shorter than this.",
  },
  budget: {
    kind: "object",
    fields: retryBudgetTable,
    about: "Bounds what hedges may add to the load.",
  },
} satisfies TableOf<HedgeOptions> & FieldTable;
