export {
  type Calibration,
  calibrate,
  type FittedTime,
  quietScenario,
} from "./compare/calibrate.ts";
export { compareModel, type ModelComparison, type ModelRow } from "./compare/model-errors.ts";
export { LiveError } from "./processes/live-error.ts";
export { serveAdmin } from "./proxy/api/admin.ts";
export { proxiesFromJson } from "./proxy/api/body.ts";
export { ProxyError } from "./proxy/errors.ts";
export { createFaultProxies } from "./proxy/proxies.ts";
export type * from "./proxy/types.ts";
export { type LivePlan, planLive, planProblem } from "./run/plan.ts";
export { type LiveOptions, runLive } from "./run/run-live.ts";
