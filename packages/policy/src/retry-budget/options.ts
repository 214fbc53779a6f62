import type { FieldTable, TableOf } from "../options/field.ts";
import { DEFAULTS } from "./resolve.ts";

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
    default: DEFAULTS.floor,
    about: "Retries and hedges per second that are allowed however little traffic there is.",
  },
  capacity: {
    kind: "number",
    min: 1,
    max: 1_000_000,
    unit: "retries",
    default: DEFAULTS.capacity,
    about: "Retries and hedges that may be saved up; the budget starts with so many.",
  },
  deposit: {
    kind: "choice",
    choices: ["perCall", "perSuccess"],
    default: DEFAULTS.deposit,
    about: "What earns: every call, or only calls that are answered.",
  },
} satisfies TableOf<RetryBudgetOptions> & FieldTable;
