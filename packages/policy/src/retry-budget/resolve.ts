import { filled } from "../options/fill.ts";
import type { ResolvedRetryBudget } from "./machine.ts";
import type { RetryBudgetOptions } from "./options.ts";

export const DEFAULTS = { floor: 0, capacity: 10, deposit: "perCall" } as const;

export function resolveRetryBudget(budget: RetryBudgetOptions): ResolvedRetryBudget {
  const { ratio, floor, capacity, deposit } = filled(budget, DEFAULTS);
  return { ratio, floorPerMs: floor / 1000, capacity, perSuccess: deposit === "perSuccess" };
}
