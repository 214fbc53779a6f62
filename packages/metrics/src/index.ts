export { amplificationOf, attemptsPerCall } from "./amplification.ts";
export { type Answers, answersOf, type WasteShare } from "./answers/answers.ts";
export { type Detection, detectionsOf } from "./answers/detect.ts";
export { type LittleCheck, littleChecks } from "./answers/little.ts";
export { endedMetastable } from "./answers/metastable.ts";
export { type Comparison, type ComparisonRow, compareRuns } from "./compare.ts";
export { checkConservation, conserved } from "./conservation.ts";
export { EventLog } from "./event-log.ts";
export type { ChainLink } from "./explain/chain-links.ts";
export { type Explanation, explain } from "./explain/explain.ts";
export type { Sentence } from "./explain/sentences.ts";
export { Histogram, histogramProblem } from "./histogram.ts";
export {
  collapsed,
  type JudgedParts,
  judge,
  type ObjectiveInput,
  verdictOf,
} from "./objectives.ts";
export { type ReadRun, readRun } from "./read-run.ts";
export { CircuitRecord, type CircuitState } from "./record/circuit-record.ts";
export { completeRun } from "./record/complete-run.ts";
export { EdgeRecord } from "./record/edge-record.ts";
export { type RecordedService, ServiceRecord } from "./record/service-record.ts";
export { type Recovery, recoveryOf } from "./recovery.ts";
export {
  compareReplications,
  type PairedComparison,
  type PairedRow,
} from "./replications/compare-replications.ts";
export { digestOf, type RunDigest } from "./replications/digest.ts";
export {
  gatherReplications,
  type MergedLatency,
  type MetricEstimate,
  type Probability,
  type Replicated,
  type Replications,
} from "./replications/replications.ts";
export type * from "./result.ts";
export { CountSeries, LevelSeries, type PercentileColumns, PercentileSeries } from "./series.ts";
export type { MeanEstimate, PairedShares, ShareEstimate } from "./statistics/intervals.ts";
export { attemptsOf, endedOf, type RunParts, summarise } from "./summary.ts";
export type { Unit } from "./summary-metrics.ts";
export {
  formatCount,
  formatExactMs,
  formatFactor,
  formatMs,
  formatRate,
  formatShare,
} from "./text.ts";
