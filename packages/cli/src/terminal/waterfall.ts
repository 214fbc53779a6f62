import { formatMs } from "@breakwater/metrics";
import type { AttemptTrace, CallTrace, RequestTrace } from "@breakwater/simulator";
import { type Style, visibleLength, wrap } from "./style.ts";
import { table } from "./table.ts";
import { edgeTitle } from "./words.ts";

const GLYPHS = { travel: "╌", queue: "░", service: "█", backoff: "·", waiting: "─" } as const;
/** Narrower than this, bars say nothing. */
const LEAST_WIDTH = 20;

/** Part of a row: from when to when, drawn how. */
interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
  readonly glyph: string;
}

/** A line of the waterfall. */
interface WaterfallRow {
  readonly depth: number;
  readonly label: string;
  readonly fromMs: number;
  /** null: not over when the run ended. */
  readonly toMs: number | null;
  readonly note: string;
  readonly pieces: readonly Piece[];
}

/** Calls, attempts and backoffs, each below what it belongs to, in order of time. */
function waterfallRows({ call }: RequestTrace): readonly WaterfallRow[] {
  return callRows(call, 0);
}

function callRows(call: CallTrace, depth: number): WaterfallRow[] {
  const { edge, startedMs, endedMs, outcome, endedBy, attempts } = call;
  const own: WaterfallRow = {
    depth,
    label: edgeTitle(edge),
    fromMs: startedMs,
    toMs: endedMs,
    note: outcome === null ? "under way when the run ended" : `${outcomeText(outcome)}: ${endedBy}`,
    pieces: [{ fromMs: startedMs, toMs: endedMs ?? Infinity, glyph: GLYPHS.waiting }],
  };
  const below = attempts.flatMap((attempt, i) => [
    ...backoffRows(attempts[i - 1], attempt, depth + 1),
    attemptRow(attempt, depth + 1),
    ...attempt.calls.flatMap((inner) => callRows(inner, depth + 2)),
  ]);
  return [own, ...below];
}

function outcomeText(outcome: string): string {
  return outcome.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The wait between the end of one attempt and the next; hedged attempts overlap and have none. */
function backoffRows(
  before: AttemptTrace | undefined,
  { sentMs }: AttemptTrace,
  depth: number,
): WaterfallRow[] {
  const fromMs = before?.endedMs ?? null;
  if (fromMs === null || fromMs >= sentMs) return [];
  const pieces = [{ fromMs, toMs: sentMs, glyph: GLYPHS.backoff }];
  return [{ depth, label: "backoff", fromMs, toMs: sentMs, note: "", pieces }];
}

function attemptRow(attempt: AttemptTrace, depth: number): WaterfallRow {
  const { sentMs, arrivedMs, takenUpMs, doneMs, endedMs } = attempt;
  const overMs = doneMs ?? Infinity;
  const pieces: Piece[] = [
    { fromMs: sentMs, toMs: arrivedMs ?? endedMs ?? Infinity, glyph: GLYPHS.travel },
  ];
  if (arrivedMs !== null) {
    pieces.push({ fromMs: arrivedMs, toMs: takenUpMs ?? overMs, glyph: GLYPHS.queue });
  }
  if (takenUpMs !== null) pieces.push({ fromMs: takenUpMs, toMs: overMs, glyph: GLYPHS.service });
  if (doneMs !== null && endedMs !== null && endedMs > doneMs) {
    pieces.push({ fromMs: doneMs, toMs: endedMs, glyph: GLYPHS.travel });
  }
  const label = `attempt ${attempt.attempt}`;
  return { depth, label, fromMs: sentMs, toMs: endedMs, note: attemptNote(attempt), pieces };
}

function attemptNote(attempt: AttemptTrace): string {
  const { arrivedMs, takenUpMs, doneMs, endedMs, end, instance } = attempt;
  const parts = [
    ...(instance === "" ? [] : [instance]),
    ...(arrivedMs === null ? ["did not arrive"] : []),
    ...(arrivedMs !== null && takenUpMs !== null && takenUpMs > arrivedMs
      ? [`queue ${formatMs(takenUpMs - arrivedMs)}`]
      : []),
    ...(arrivedMs !== null && takenUpMs === null ? ["never taken up"] : []),
    ...(takenUpMs !== null && doneMs !== null ? [`service ${formatMs(doneMs - takenUpMs)}`] : []),
    end === "inFlight" ? "under way when the run ended" : outcomeText(end),
  ];
  const late = doneMs !== null && endedMs !== null && doneMs > endedMs;
  return `${parts.join(", ")}${late ? `, worked on for another ${formatMs(doneMs - endedMs)}` : ""}`;
}

/** One request of a run for a reader at a terminal. */
export function waterfall(trace: RequestTrace, style: Style): string {
  const rows = waterfallRows(trace);
  const startMs = trace.call.startedMs;
  const times = rows.flatMap(({ pieces }) => pieces.flatMap(({ fromMs, toMs }) => [fromMs, toMs]));
  const endMs = Math.max(startMs, ...times.filter((ms) => ms < Infinity));
  const cells = rows.map((row) => [
    `${"  ".repeat(row.depth)}${row.label}`,
    `+${formatMs(row.fromMs - startMs)}`,
    row.toMs === null ? "" : formatMs(row.toMs - row.fromMs),
  ]);
  const right = "right" as const;
  const left = table(
    [{ title: "" }, { title: "", align: right }, { title: "", align: right }],
    cells,
  );
  const widest = Math.max(...left.map(visibleLength));
  const width = Math.max(LEAST_WIDTH, style.columns - widest - 6);
  const lines = rows.flatMap((row, i) => {
    const bar = style.plain ? "" : `  ${barOf(row, startMs, endMs, width)}`;
    const head = `${(left[i] ?? "").padEnd(widest)}${bar}`.trimEnd();
    const note = row.note === "" ? [] : wrap(row.note, style.columns - 6 - 2 * row.depth);
    return [head, ...note.map((text) => style.dim(`${"  ".repeat(row.depth + 2)}${text}`))];
  });
  const legend = `${GLYPHS.queue} queue  ${GLYPHS.service} service  ${GLYPHS.travel} on the way  ${GLYPHS.backoff} backoff`;
  const text = [title(trace, style), "", ...lines, ...(style.plain ? [] : ["", style.dim(legend)])];
  return `${text.map((line) => (line === "" ? "" : `  ${line}`)).join("\n")}\n`;
}

function title({ number, of, call }: RequestTrace, style: Style): string {
  const took = call.endedMs === null ? "" : ` in ${formatMs(call.endedMs - call.startedMs)}`;
  const end = call.outcome === null ? "no end" : outcomeText(call.outcome);
  const at = `${(call.startedMs / 1000).toFixed(3)} s`;
  return `${style.bold(`request ${number} of ${of}`)} · ${edgeTitle(call.edge)} · at ${at} · ${end}${took}`;
}

function barOf(row: WaterfallRow, startMs: number, endMs: number, width: number): string {
  const span = Math.max(endMs - startMs, 1e-9);
  const column = (ms: number): number =>
    Math.min(width, Math.max(0, Math.round(((Math.min(ms, endMs) - startMs) / span) * width)));
  const cells = Array<string>(width).fill(" ");
  for (const { fromMs, toMs, glyph } of row.pieces) {
    if (toMs <= fromMs) continue;
    const from = Math.min(column(fromMs), width - 1);
    cells.fill(glyph, from, Math.max(column(toMs), from + 1));
  }
  return cells.join("").trimEnd();
}
