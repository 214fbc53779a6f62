import {
  type EdgeResult,
  formatCount,
  formatMs,
  formatRate,
  type RunResult,
} from "@breakwater/metrics";
import { chart, markRow } from "./chart.ts";
import { CIRCUIT_LEGEND, circuitLane } from "./lane.ts";
import { sparkline } from "./sparkline.ts";
import { type Style, visibleLength } from "./style.ts";
import { edgeTitle, plural } from "./words.ts";

const CHART_HEIGHT = 5;
const MOST_EDGES = 5;
const MOST_SERVICES = 4;
const MOST_FAULTS = 2;

/** The chart, the marks under it and a line for each edge and service, all on one time axis. */
export function drawings(result: RunResult, style: Style): string[] {
  const edges = busiest(result.edges, MOST_EDGES, (edge) => edge.attempts);
  const services = busiest(result.services, MOST_SERVICES, (service) => service.arrived);
  const longest = Math.max(
    ...edges.map((edge) => edgeTitle(edge.name).length),
    ...services.map((service) => service.name.length),
    ...result.faults.slice(0, MOST_FAULTS).map((fault) => fault.name.length),
    12,
  );
  const left = Math.min(style.columns < 90 ? 24 : 32, longest) + 2;
  const width = Math.max(20, Math.min(60, style.columns - left - 34));
  const room = Math.max(8, style.columns - 2 - left - width - 2);
  const row = (label: string, drawing: string, text: string) =>
    `${labelled(label, left)}${drawing}  ${clipped(text, room)}`.trimEnd();
  const circuits = edges.some((edge) => edge.circuit);
  return [
    ...goodputChart(result, left, width, style),
    ...faultRows(result, width, row, style),
    `${" ".repeat(left)}${timeAxis(result, width)}`,
    "",
    ...edges.flatMap((edge) => edgeRows(edge, trialsOf(result, edge), width, row, style)),
    ...services.map((service) =>
      row(
        `${service.name}`,
        style.dim(sparkline(service.series.busy, width)),
        `busy, queue at most ${formatCount(service.maxQueue)}`,
      ),
    ),
    ...leftOut(result, edges.length, services.length),
    ...(circuits ? [style.dim(`${" ".repeat(left)}circuit: ${CIRCUIT_LEGEND}`)] : []),
  ];
}

/** The end of the drawings' time axis: of the last bucket, which may reach beyond the end of the run. */
function axisEndMs(result: RunResult): number {
  return Math.max(1, result.timeMs.length * result.bucketMs);
}

function trialsOf(result: RunResult, edge: EdgeResult) {
  const atMs = result.events
    .filter(({ type, subject }) => type === "circuitHalfOpened" && subject === edge.name)
    .map((event) => event.atMs);
  return { atMs, endMs: axisEndMs(result) };
}

function edgeRows(
  edge: EdgeResult,
  trials: ReturnType<typeof trialsOf>,
  width: number,
  row: (label: string, drawing: string, text: string) => string,
  style: Style,
): string[] {
  const text = `${formatCount(edge.calls)} calls, ${formatCount(edge.attempts)} attempts`;
  const line = row(
    edgeTitle(edge.name),
    style.accent(sparkline(edge.series.attempts, width)),
    text,
  );
  if (!edge.circuit) return [line];
  const { opened, openMs, breakers } = edge.circuit;
  const times =
    opened === 0
      ? `never opened (${plural(breakers, "breaker")})`
      : `opened ${formatCount(opened)}x, ${formatMs(openMs)} by ${plural(breakers, "breaker")}`;
  return [line, row("  circuit", style.warn(circuitLane(edge.circuit, width, trials)), times)];
}

function goodputChart(result: RunResult, left: number, width: number, style: Style): string[] {
  const perSecond = (counts: readonly number[]) =>
    counts.map((count) => (count * 1000) / result.bucketMs);
  const { series } = result.endToEnd;
  const answered = series.ok.map((count, index) => count + (series.fallback[index] ?? 0));
  const bars = perSecond(answered);
  const line = perSecond(series.calls);
  const rows = chart({
    bars,
    line,
    width,
    height: CHART_HEIGHT,
    label: formatRate,
    paintBar: style.good,
    paintLine: style.warn,
  });
  const pad = " ".repeat(Math.max(0, left - visibleLength(rows[0] ?? "") + width));
  const legend = `${style.good("█")} goodput  ${style.warn("╌")} offered`;
  return rows.map((text, index) => `${pad}${text}${index === 0 ? `  ${legend}` : ""}`.trimEnd());
}

/** When each fault was there, under the chart. */
function faultRows(
  result: RunResult,
  width: number,
  row: (label: string, drawing: string, text: string) => string,
  style: Style,
): string[] {
  return result.faults.slice(0, MOST_FAULTS).map((fault) => {
    const mark = { startMs: fault.startMs, endMs: fault.endMs ?? undefined };
    const until = fault.endMs === null ? "the end" : formatMs(fault.endMs);
    const drawn = style.bad(markRow(mark, axisEndMs(result), width, "━"));
    return row(fault.name, drawn, `fault, ${formatMs(fault.startMs)} to ${until}`);
  });
}

/** 0 at the left, the end at the right, and the end of the load where there is room for it. */
function timeAxis(result: RunResult, width: number): string {
  const end = formatMs(result.endedAtMs);
  const cells = [..."0 s".padEnd(width - end.length), ...end];
  const text = `↑ load ended ${formatMs(result.durationMs)}`;
  const at = Math.round((result.durationMs / axisEndMs(result)) * width);
  const fits = at > 4 && at + text.length < width - end.length - 1;
  if (fits) cells.splice(at, text.length, ...text);
  return cells.join("");
}

function busiest<T>(items: readonly T[], most: number, weight: (item: T) => number): T[] {
  if (items.length <= most) return [...items];
  const chosen = new Set(items.toSorted((a, b) => weight(b) - weight(a)).slice(0, most));
  return items.filter((item) => chosen.has(item));
}

function leftOut(result: RunResult, edges: number, services: number): string[] {
  const parts = [
    ...(result.edges.length > edges ? [plural(result.edges.length - edges, "quieter edge")] : []),
    ...(result.services.length > services
      ? [plural(result.services.length - services, "quieter service")]
      : []),
  ];
  return parts.length === 0 ? [] : [`and ${parts.join(", ")} (--report shows all)`];
}

function labelled(label: string, width: number): string {
  return clipped(label, width - 2).padEnd(width);
}

function clipped(text: string, room: number): string {
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}
