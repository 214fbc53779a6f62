export { EventLog } from "./event-log.ts";
export { Histogram, histogramProblem } from "./histogram.ts";
export type * from "./result.ts";
export { CountSeries, LevelSeries, type PercentileColumns, PercentileSeries } from "./series.ts";
