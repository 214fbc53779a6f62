// @ts-check
/** @import { PageEdge, PageResult } from "../page-data.ts" */
/** @import { Column } from "./columns.js" */
/** @import { Unit } from "./format.js" */
import { bucketsPerPoint, level, merged, pointTimes, rate, withGaps } from "./columns.js";

/**
 * @typedef {object} Series
 * @property {string} label
 * @property {string} color name of a colour token
 * @property {number[]} dash lengths of line and gap; empty for a solid line
 * @property {number} width
 * @property {Column} values
 *
 * @typedef {object} Figure
 * @property {string} id
 * @property {string} title
 * @property {string} about
 * @property {Unit} unit
 * @property {boolean} log
 * @property {number[]} times seconds
 * @property {Series[]} series
 */

const PALETTE = ["--goodput", "--failure", "--healthy", "--short", "--attempts", "--rejected"];
/** @type {readonly (readonly number[])[]} */
const DASHES = [[], [8, 3], [2, 3], [8, 3, 2, 3], [12, 4], [4, 2]];

/**
 * @param {string} label
 * @param {string} color
 * @param {Column} values
 * @param {readonly number[]} [dash]
 * @param {number} [width]
 * @returns {Series}
 */
function line(label, color, values, dash = [], width = 1.5) {
  return { label, color, values, dash: [...dash], width };
}

/**
 * The n-th of a series of alike things: told apart by colour and by dashes.
 * @param {string} label
 * @param {number} index
 * @param {Column} values
 */
function numbered(label, index, values) {
  const color = PALETTE[index % PALETTE.length] ?? "--goodput";
  return line(label, color, values, DASHES[index % DASHES.length]);
}

/**
 * Every chart of a run.
 * @param {PageResult} result
 * @returns {Figure[]}
 */
export function figuresOf(result) {
  const perPoint = bucketsPerPoint(result);
  const times = pointTimes(result, perPoint);
  return [
    { ...goodput(result, perPoint), times },
    latency(result),
    { ...outcomes(result, perPoint), times },
    { ...amplification(result, perPoint), times },
    { ...queues(result, perPoint), times },
    { ...busy(result, perPoint), times },
  ].filter((figure) => figure.series.length > 0);
}

/** @param {PageResult} result @param {number} perPoint */
function goodput(result, perPoint) {
  const { series } = result.endToEnd;
  const answered = series.ok.map((count, index) => count + (series.fallback[index] ?? 0));
  const watched = watchedEdge(result);
  return {
    id: "goodput",
    title: "Goodput against offered load",
    about:
      "Calls that customers made, calls answered to them (in full or by a fallback), and attempts that reached further in. Goodput under offered is lost work.",
    unit: /** @type {const} */ ("perSecond"),
    log: false,
    series: [
      line("offered", "--offered", rate(series.calls, result, perPoint), [6, 4]),
      line("goodput", "--goodput", rate(answered, result, perPoint), [], 2.5),
      ...(watched
        ? [
            line(
              `attempts at ${watched.to}`,
              "--attempts",
              rate(watched.series.attempts, result, perPoint),
              [2, 3],
            ),
          ]
        : []),
    ],
  };
}

/**
 * The call whose attempts tell most: to a service that a fault strikes, else the one with the most attempts.
 * @param {PageResult} result
 * @returns {PageEdge | undefined}
 */
function watchedEdge(result) {
  const calls = result.edges.filter((edge) => edge.kind === "call");
  const struck = calls.filter((edge) =>
    result.faults.some((fault) => fault.target.startsWith(edge.to)),
  );
  /** @param {PageEdge} edge */
  const attempts = (edge) => edge.series.attempts.reduce((sum, count) => sum + count, 0);
  return (struck.length > 0 ? struck : calls).toSorted((a, b) => attempts(b) - attempts(a))[0];
}

/** @param {PageResult} result @returns {Figure} */
function latency(result) {
  const { series } = result.endToEnd;
  /** @param {readonly (number | null)[]} values */
  const column = (values) => withGaps(values, result.bucketMs);
  return {
    id: "latency",
    title: "Latency of answered calls",
    about:
      "From the start of a call to its answer, of the calls answered in each moment. The axis is logarithmic.",
    unit: "ms",
    log: true,
    times: pointTimes(result, 1),
    series: [
      line("p50", "--goodput", column(series.p50), [], 2),
      line("p95", "--attempts", column(series.p95), [6, 3]),
      line("p99", "--failure", column(series.p99), [2, 3]),
    ],
  };
}

/** @param {PageResult} result @param {number} perPoint */
function outcomes(result, perPoint) {
  const { series } = result.endToEnd;
  /** @type {readonly [string, string, readonly number[], readonly number[]][]} */
  const all = [
    ["ok", "--goodput", series.ok, []],
    ["fallback", "--healthy", series.fallback, [8, 3]],
    ["timed out", "--attempts", series.timedOut, [6, 3]],
    ["short-circuited", "--short", series.shortCircuited, [2, 3]],
    ["rejected", "--rejected", series.rejected, [8, 3, 2, 3]],
    ["failed", "--failure", series.failed, [12, 3]],
    ["cancelled", "--offered", series.cancelled, [4, 4]],
  ];
  return {
    id: "outcomes",
    title: "How calls ended",
    about: "Calls that ended, by outcome. Outcomes that never came are left out.",
    unit: /** @type {const} */ ("perSecond"),
    log: false,
    series: all
      .filter(([, , counts]) => counts.some((count) => count > 0))
      .map(([label, color, counts, dash]) =>
        line(label, color, rate(counts, result, perPoint), dash),
      ),
  };
}

/** @param {PageResult} result @param {number} perPoint */
function amplification(result, perPoint) {
  const edges = result.edges.filter((edge) => edge.series.calls.some((count) => count > 0));
  return {
    id: "amplification",
    title: "Attempts per call",
    about:
      "How many attempts each call made, on each edge. 1 without retries; under 1 where a circuit breaker keeps calls back.",
    unit: /** @type {const} */ ("times"),
    log: false,
    series: edges.slice(0, 8).map((edge, index) => {
      const calls = merged(edge.series.calls, perPoint, (sum) => sum);
      const attempts = merged(edge.series.attempts, perPoint, (sum) => sum);
      /** @type {Column} */
      const values = calls.map((count, point) =>
        count > 0 ? (attempts[point] ?? 0) / count : null,
      );
      return numbered(edge.name.replace("->", "→"), index, values);
    }),
  };
}

/** @param {PageResult} result @param {number} perPoint */
function queues(result, perPoint) {
  return {
    id: "queue",
    title: "Requests waiting for a worker",
    about: "In the queues of each service, all instances together.",
    unit: /** @type {const} */ ("count"),
    log: false,
    series: result.services
      .slice(0, 8)
      .map((service, index) =>
        numbered(service.name, index, level(service.series.queue, perPoint)),
      ),
  };
}

/** @param {PageResult} result @param {number} perPoint */
function busy(result, perPoint) {
  return {
    id: "busy",
    title: "Busy workers",
    about: "Workers with a request in hand, working or waiting, all instances together.",
    unit: /** @type {const} */ ("count"),
    log: false,
    series: result.services
      .slice(0, 8)
      .map((service, index) => numbered(service.name, index, level(service.series.busy, perPoint))),
  };
}
