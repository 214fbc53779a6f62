import { formatCount, formatMs, formatRate, formatShare } from "@breakwater/metrics";
import type { Style } from "../terminal/style.ts";
import { type Column, plainTable, table } from "../terminal/table.ts";
import type { Endpoint } from "./endpoints.ts";
import type { Usage } from "./read-logs.ts";

export type RankBy = "calls" | "latency" | "errors" | "time";

const RANKS: Readonly<Record<RankBy, (endpoint: Endpoint) => number>> = {
  calls: ({ calls }) => calls,
  latency: ({ latency }) => latency.percentile(95) ?? -1,
  errors: ({ errors }) => errors,
  time: ({ latency }) => latency.sumMs,
};

export const RANK_NAMES = Object.keys(RANKS) as RankBy[];

/** Endpoints in order, greatest first; those that are alike by their calls and then by name. */
function ranked(endpoints: readonly Endpoint[], by: RankBy): Endpoint[] {
  const rank = RANKS[by];
  return endpoints.toSorted(
    (a, b) => rank(b) - rank(a) || b.calls - a.calls || (nameOf(a) < nameOf(b) ? -1 : 1),
  );
}

export interface UsageReport {
  readonly usage: Usage;
  readonly by: RankBy;
  /** How many rows are shown. */
  readonly top: number;
}

export function usageJson({ usage, by }: UsageReport): string {
  const { lines, slices } = usage;
  const seconds = secondsOf(usage);
  const { span } = slices;
  const endpoints = ranked(usage.endpoints, by).map((endpoint) => {
    const { service, method, path, calls, errors, refused, latency } = endpoint;
    const perSecond = seconds > 0 ? calls / seconds : null;
    return { service, method, path, calls, perSecond, errors, refused, latency: times(latency) };
  });
  const from = span === undefined ? null : isoOrNull(span.fromMs);
  const to = span === undefined ? null : isoOrNull(span.toMs);
  const answer = { format: "breakwater-usage/1", by, from, to, seconds, lines, endpoints };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

function times(latency: Endpoint["latency"]) {
  const { count, sumMs, maxMs } = latency;
  if (count === 0) return { count, sumMs, p50Ms: null, p95Ms: null, p99Ms: null, maxMs: null };
  const [p50Ms, p95Ms, p99Ms] = [50, 95, 99].map((p) => latency.percentile(p));
  return { count, sumMs, p50Ms, p95Ms, p99Ms, maxMs };
}

const COLUMNS: readonly Column[] = [
  { title: "endpoint" },
  { title: "calls", align: "right" },
  { title: "rate", align: "right" },
  { title: "errors", align: "right" },
  { title: "p50", align: "right" },
  { title: "p95", align: "right" },
  { title: "p99", align: "right" },
  { title: "time", align: "right" },
];

export function usageText({ usage, by, top }: UsageReport, style: Style): string {
  const seconds = secondsOf(usage);
  const all = ranked(usage.endpoints, by);
  const allMs = all.reduce((sum, { latency }) => sum + latency.sumMs, 0);
  if (style.plain) return plainText(all, seconds);
  const rows = all.slice(0, top).map((endpoint) => row(endpoint, seconds, allMs, style));
  const lines = [headline(usage, seconds, style), "", ...table(COLUMNS, rows)];
  const hidden = all.length - rows.length;
  if (hidden > 0) lines.push("", style.dim(`and ${formatCount(hidden)} more: --top ${all.length}`));
  return `${lines.join("\n")}\n`;
}

function headline(usage: Usage, seconds: number, style: Style): string {
  const { lines, slices } = usage;
  const calls = Object.values(lines.understood).reduce((sum, count) => sum + count, 0);
  const { span } = slices;
  const from = span === undefined ? null : isoOrNull(span.fromMs);
  const when = from === null ? "" : ` in ${formatMs(seconds * 1000)} from ${from.slice(0, 19)}Z`;
  const formats = Object.keys(lines.understood).join(", ");
  return style.bold(`${formatCount(calls)} ${calls === 1 ? "call" : "calls"}${when} (${formats})`);
}

function row(endpoint: Endpoint, seconds: number, allMs: number, style: Style): string[] {
  const { calls, errors, latency } = endpoint;
  const ms = (percentile: number): string => {
    const value = latency.percentile(percentile);
    return value === null ? "-" : formatMs(value);
  };
  const share = formatShare(errors / calls);
  return [
    nameOf(endpoint),
    formatCount(calls),
    seconds > 0 ? formatRate(calls / seconds) : "-",
    errors > 0 ? style.bad(share) : share,
    ...[50, 95, 99].map(ms),
    allMs > 0 ? formatShare(latency.sumMs / allMs) : "-",
  ];
}

const PLAIN: readonly Column[] = [
  ..."endpoint calls perSecond errors refused p50Ms p95Ms p99Ms sumMs".split(" "),
].map((title) => ({ title }));

function plainText(all: readonly Endpoint[], seconds: number): string {
  const rows = all.map((endpoint) => {
    const { calls, errors, refused, latency } = endpoint;
    const perSecond = seconds > 0 ? String(calls / seconds) : "";
    const ms = [50, 95, 99].map((percentile) => String(latency.percentile(percentile) ?? ""));
    const counts = [calls, perSecond, errors, refused].map(String);
    return [nameOf(endpoint), ...counts, ...ms, String(latency.sumMs)];
  });
  return `${plainTable(PLAIN, rows).join("\n")}\n`;
}

function nameOf({ service, method, path }: Endpoint): string {
  return service === "" ? `${method} ${path}` : `${service}: ${method} ${path}`;
}

/** From the first call to the last; 0 when there is nothing between them. */
function secondsOf({ slices: { span } }: Usage): number {
  return span === undefined ? 0 : (span.toMs - span.fromMs) / 1000;
}

/** null for a moment that no calendar has. */
function isoOrNull(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
