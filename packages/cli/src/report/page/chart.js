// @ts-check
/** @import { PageResult } from "../page-data.ts" */
/** @import { Figure, Series } from "./figures.js" */
import { withUnit } from "./format.js";

/**
 * @typedef {object} Chart
 * @property {(seconds: number | null) => void} showTime moves the crosshair; null takes it away
 * @property {(index: number, shown: boolean) => void} toggle
 * @property {(width: number) => void} resize
 * @property {() => void} destroy
 *
 * @typedef {object} ChartOptions
 * @property {PageResult} result
 * @property {Series[]} ghost the baseline's series, in the order of the figure's
 * @property {number} endSeconds end of the shared time axis
 * @property {number} width
 * @property {(seconds: number | null) => void} onPointer
 */

const HEIGHT = 210;

/** @param {string} name */
function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * @param {HTMLElement} host
 * @param {Figure} figure
 * @param {ChartOptions} options
 * @returns {Chart}
 */
export function drawChart(host, figure, options) {
  const plot = new uPlot(
    plotOptions(figure, options),
    // The baseline is drawn first, behind; toggling finds a series again by counting the baseline's off.
    [
      figure.times,
      ...[...options.ghost, ...figure.series].map((series) => drawable(series, figure)),
    ],
    host,
  );
  return {
    showTime: (seconds) => {
      const left = seconds === null ? -10 : plot.valToPos(seconds, "x");
      // The third argument, which uPlot's types leave out, keeps the charts from telling one another: each is told here.
      /** @type {(cursor: { left: number, top: number }, fire: boolean, publish: boolean) => void} */ (
        plot.setCursor
      )({ left, top: left < 0 ? -10 : 10 }, false, false);
    },
    toggle: (index, shown) => plot.setSeries(1 + options.ghost.length + index, { show: shown }),
    resize: (width) => plot.setSize({ width, height: HEIGHT }),
    destroy: () => plot.destroy(),
  };
}

/**
 * A logarithmic axis has no 0.
 * @param {Series} series
 * @param {Figure} figure
 */
function drawable(series, figure) {
  const floor = figure.log ? 0.1 : 0;
  return series.values.map((value) =>
    value === null || value === undefined ? value : Math.max(value, floor),
  );
}

/** @param {Figure} figure @param {ChartOptions} options @returns {import("uplot").Options} */
function plotOptions(figure, options) {
  const points = { show: false };
  const ghosts = options.ghost.map(({ label }) => ({
    label: `baseline ${label}`,
    stroke: token("--baseline"),
    width: 1.25,
    dash: [4, 4],
    points,
  }));
  const lines = figure.series.map(({ label, color, width, dash }) => ({
    label,
    stroke: token(color),
    width,
    dash,
    points,
  }));
  return {
    width: options.width,
    height: HEIGHT,
    legend: { show: false },
    cursor: {
      sync: { key: "breakwater" },
      drag: { x: false, y: false },
      y: false,
      points: { size: 7 },
    },
    scales: { x: { time: false, range: [0, options.endSeconds] }, y: yScale(figure) },
    axes: [xAxis(), yAxis(figure)],
    series: [{}, ...ghosts, ...lines],
    hooks: {
      drawClear: [(chart) => shadeFaults(chart, options.result)],
      setCursor: [(chart) => pointed(chart, options.onPointer)],
    },
  };
}

/**
 * @param {import("uplot")} chart
 * @param {(seconds: number | null) => void} tell
 */
function pointed(chart, tell) {
  const left = chart.cursor.left ?? -1;
  // Only the chart under the pointer tells; the others are moved by it.
  if (chart.cursor.event === undefined || chart.cursor.event === null) return;
  tell(left < 0 ? null : chart.posToVal(left, "x"));
}

/** @param {Figure} figure @returns {import("uplot").Scale} */
function yScale(figure) {
  if (!figure.log) {
    const least = figure.unit === "times" ? 1.5 : 1;
    return { range: (_chart, _min, max) => [0, Math.max(least, (max ?? 0) * 1.08)] };
  }
  return {
    distr: 3,
    range: (_chart, min, max) => {
      const low = 10 ** Math.floor(Math.log10(Math.max(min ?? 1, 0.1)));
      const high = 10 ** Math.ceil(Math.log10(Math.max(max ?? 1000, 1)));
      return [low, high <= low ? low * 10 : high];
    },
  };
}

/** @returns {import("uplot").Axis} */
function xAxis() {
  return {
    ...axisInk(),
    values: (_chart, values) => values.map((value) => `${value} s`),
    size: 32,
  };
}

/** @param {Figure} figure @returns {import("uplot").Axis} */
function yAxis(figure) {
  return {
    ...axisInk(),
    values: (_chart, values) =>
      values.map((value) => (value === null ? "" : withUnit(value, figure.unit))),
    size: 62,
  };
}

function axisInk() {
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return {
    stroke: token("--muted"),
    font,
    grid: { stroke: token("--line"), width: 1 },
    ticks: { stroke: token("--line"), width: 1, size: 4 },
  };
}

/**
 * @param {import("uplot")} chart
 * @param {PageResult} result
 */
function shadeFaults(chart, result) {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.fillStyle = token("--fault-band");
  for (const fault of result.faults) {
    const end = Math.min((fault.endMs ?? result.endedAtMs) / 1000, chart.scales.x?.max ?? 0);
    const left = chart.valToPos(fault.startMs / 1000, "x", true);
    const right = chart.valToPos(end, "x", true);
    ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
  }
  ctx.restore();
}
