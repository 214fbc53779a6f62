export { amplificationOf, attemptsPerCall } from "./amplification.ts";
export { type Comparison, type ComparisonRow, compareRuns, type Unit } from "./compare.ts";
export { checkConservation, conserved } from "./conservation.ts";
export { EventLog } from "./event-log.ts";
export { type Explanation, explain } from "./explain/explain.ts";
export type { Sentence } from "./explain/sentences.ts";
export { Histogram, histogramProblem } from "./histogram.ts";
export { type JudgedParts, judge, type ObjectiveInput, verdictOf } from "./objectives.ts";
export { type ReadRun, readRun } from "./read-run.ts";
export { CircuitRecord, type CircuitState } from "./record/circuit-record.ts";
export { completeRun } from "./record/complete-run.ts";
export { EdgeRecord } from "./record/edge-record.ts";
export { type RecordedService, ServiceRecord } from "./record/service-record.ts";
export { type Recovery, recoveryOf } from "./recovery.ts";
export type * from "./result.ts";
export { CountSeries, LevelSeries, type PercentileColumns, PercentileSeries } from "./series.ts";
export { attemptsOf, endedOf, type RunParts, summarise } from "./summary.ts";
export {
  formatCount,
  formatExactMs,
  formatFactor,
  formatMs,
  formatRate,
  formatShare,
} from "./text.ts";
