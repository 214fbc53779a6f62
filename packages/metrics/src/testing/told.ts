import { explain } from "../explain/explain.ts";
import type { RunEvent } from "../result.ts";
import { makeResult } from "./make-result.ts";
import type { EdgePlan, ResultPlan } from "./plan.ts";

/** The cast of the tests of explanations: users call homepage, which calls recommendations. */
export const at = (
  atMs: number,
  type: RunEvent["type"],
  subject: string,
  part = "",
  reason = "",
) => ({
  atMs,
  type,
  subject,
  part,
  reason,
});
export const users = (outcomes: EdgePlan["outcomes"], rest: Partial<EdgePlan> = {}): EdgePlan => ({
  from: "users",
  to: "homepage",
  outcomes,
  ...rest,
});
export const call = (outcomes: EdgePlan["outcomes"], rest: Partial<EdgePlan> = {}): EdgePlan => ({
  from: "homepage",
  to: "recommendations",
  outcomes,
  ...rest,
});
export const levels = (...parts: [times: number, level: number][]) =>
  parts.flatMap(([times, level]) => Array<number>(times).fill(level));

export function told(plan: ResultPlan) {
  const { headline, sentences } = explain(makeResult(plan));
  return { headline, texts: sentences.map(({ text }) => text), sentences };
}
