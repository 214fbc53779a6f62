import type { FieldTable, TableOf } from "../options/field.ts";
import type { ResolvedRetryBudget } from "./machine.ts";

export interface RetryBudgetOptions {
  /** Retries per call that are allowed in the long run. */
  ratio: number;
  /** Retries per second that are allowed however little traffic there is. */
  floor?: number;
  /** Retries that may be saved up; the budget starts with so many. */
  capacity?: number;
  /** What earns: every call, or only calls that are answered. */
  deposit?: "perCall" | "perSuccess";
}

export const retryBudgetTable = {
  ratio: {
    kind: "number",
    min: 0,
    max: 10,
    unit: "retries per call",
    required: true,
    about: "Retries and hedges per call that are allowed in the long run.",
  },
  floor: {
    kind: "number",
    min: 0,
    max: 1_000_000,
    unit: "1/s",
    default: 0,
    about: "Retries and hedges per second that are allowed however little traffic there is.",
  },
  capacity: {
    kind: "number",
    min: 1,
    max: 1_000_000,
    unit: "retries",
    default: 10,
    about: "Retries and hedges that may be saved up; the budget starts with so many.",
  },
  deposit: {
    kind: "choice",
    choices: ["perCall", "perSuccess"],
    default: "perCall",
    about: "What earns: every call, or only calls that are answered.",
  },
} satisfies TableOf<RetryBudgetOptions> & FieldTable;

/** The options as `check` leaves them: defaults filled in. */
export type CheckedRetryBudget = Required<RetryBudgetOptions>;

export function resolveRetryBudget(budget: CheckedRetryBudget): ResolvedRetryBudget {
  const { ratio, floor, capacity, deposit } = budget;
  return { ratio, floorPerMs: floor / 1000, capacity, perSuccess: deposit === "perSuccess" };
}
