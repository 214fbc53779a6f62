export { makeResult } from "./make-result.ts";
export type { EdgePlan, FaultPlan, PerBucket, ResultPlan, ServicePlan } from "./plan.ts";
