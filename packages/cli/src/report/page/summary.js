// @ts-check
/** @import { PageResult } from "../page-data.ts" */
/** @import { Figure, Series } from "./figures.js" */
import { instant, withUnit } from "./format.js";

/**
 * What a chart shows, in one sentence: for readers who cannot see it, and for those in a hurry.
 * @param {Figure} figure
 * @param {PageResult} result
 */
export function summaryOf(figure, result) {
  const fault = result.faults[0];
  const parts = figure.series.slice(0, 4).map((series) => {
    const peak = extreme(figure, series, (a, b) => a > b);
    if (!peak) return `${series.label} has no values`;
    if (peak.value === 0) return `${series.label} stays at 0`;
    const during = fault ? meanBetween(figure, series, fault.startMs, fault.endMs) : undefined;
    const most = `${series.label} at most ${withUnit(peak.value, figure.unit)} at ${instant(peak.atMs)}`;
    return during === undefined
      ? most
      : `${most} (mean in the fault ${withUnit(during, figure.unit)})`;
  });
  const more = figure.series.length > 4 ? ` and ${figure.series.length - 4} more` : "";
  return `${parts.join("; ")}${more}.`;
}

/**
 * @param {Figure} figure
 * @param {Series} series
 * @param {(a: number, b: number) => boolean} beats
 */
function extreme(figure, series, beats) {
  /** @type {{ value: number, atMs: number } | undefined} */
  let best;
  series.values.forEach((value, index) => {
    if (value === null || value === undefined) return;
    if (!best || beats(value, best.value))
      best = { value, atMs: (figure.times[index] ?? 0) * 1000 };
  });
  return best;
}

/**
 * A mean over time is right for rates and levels; percentiles have no mean, so for latency there is none.
 * @param {Figure} figure
 * @param {Series} series
 * @param {number} startMs
 * @param {number | null} endMs
 */
function meanBetween(figure, series, startMs, endMs) {
  if (figure.unit === "ms") return undefined;
  const values = series.values.filter((value, index) => {
    const atMs = (figure.times[index] ?? 0) * 1000;
    return value !== null && value !== undefined && atMs >= startMs && atMs <= (endMs ?? Infinity);
  });
  if (values.length === 0) return undefined;
  return values.reduce((/** @type {number} */ sum, value) => sum + (value ?? 0), 0) / values.length;
}
