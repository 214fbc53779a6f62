import {
  answersOf,
  formatCount,
  formatFactor,
  formatMs,
  formatShare,
  type RunResult,
} from "@breakwater/metrics";
import { answerLines, littleLines } from "./answers.ts";
import { drawings } from "./run-drawings.ts";
import { type Style, wrap } from "./style.ts";
import { table } from "./table.ts";
import { actualInWords, msOrNone, outcomesInWords } from "./words.ts";

export interface RunReportInput {
  readonly result: RunResult;
  /** What happened and why, in a sentence or two. */
  readonly headline: string;
  /** How long the simulation took on this machine. */
  readonly tookMs: number;
  /** Commands to try next. */
  readonly next: readonly string[];
}

/** The report of one run for a reader at a terminal: the verdict first, then what explains it. */
export function runReport(input: RunReportInput, style: Style): string {
  const { result } = input;
  const sections = [
    [title(input, style)],
    objectives(result, style),
    wrap(input.headline, style.columns - 2),
    numbers(result, style),
    drawings(result, style),
    conservation(result, style),
    input.next.map(
      (command, index) => `${index === 0 ? "Next:" : "     "} ${style.accent(command)}`,
    ),
  ];
  const lines = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${indent(lines.join("\n\n"))}\n`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

function title({ result, tookMs }: RunReportInput, style: Style): string {
  const how = result.mode === "simulated" ? "simulated" : "ran";
  const ended = formatMs(result.endedAtMs);
  const facts = `${how} ${ended} in ${formatMs(tookMs)} · seed ${result.seed}`;
  return `${style.bold(result.name)} · ${facts}`;
}

function objectives(result: RunResult, style: Style): string[] {
  const rows = result.objectives.map((objective) => [
    objective.met ? style.good("✓") : style.bad("✗"),
    objective.text,
    style.bold(actualInWords(objective)),
  ]);
  return table([{ title: "" }, { title: "" }, { title: "", align: "right" }], rows);
}

/** Counts, latency and recovery: three lines of numbers, each with its unit and of what. */
function numbers(result: RunResult, style: Style): string[] {
  const { summary, endToEnd } = result;
  const inFlight = endToEnd.inFlight > 0 ? [`${formatCount(endToEnd.inFlight)} in flight`] : [];
  const always = ["ok", "timedOut", "failed"] as const;
  const tail =
    summary.tailMs > 0
      ? `${formatMs(summary.tailMs)} longer than the load (${summary.tailService})`
      : "no longer than the load";
  const rows: [string, string][] = [
    [
      "calls",
      `${formatCount(summary.offered)} offered   ${[...outcomesInWords(endToEnd.outcomes, formatCount, always), ...inFlight].join("   ")}`,
    ],
    [
      "served",
      `${formatCount(summary.servedInDuration)} in ${formatMs(result.durationMs)}   ${formatShare(summary.successRate)} of calls that ended   degraded ${formatShare(summary.degradedRate)}`,
    ],
    [
      "latency",
      `p50 ${msOrNone(summary.p50Ms)}   p95 ${msOrNone(summary.p95Ms)}   p99 ${msOrNone(summary.p99Ms)}   of answered calls`,
    ],
    [
      "work",
      `amplification ${formatFactor(summary.amplification)}   wasted ${formatShare(summary.wastedWork)} of busy time`,
    ],
    ["end", `workers busy ${tail}${recovery(result)}`],
    ...answerLines(result),
  ];
  return rows.map(([name, text]) => `${style.dim(name.padEnd(9))}${text}`);
}

function recovery({ summary, faults, durationMs }: RunResult): string {
  const ended = faults.some((fault) => fault.endMs !== null && fault.endMs < durationMs);
  if (summary.recoveryMs !== null)
    return `   recovered ${formatMs(summary.recoveryMs)} after the fault`;
  return ended ? "   never recovered" : "";
}

/** Every call is accounted for, and the report says so. */
function conservation(result: RunResult, style: Style): string[] {
  const { endToEnd } = result;
  const parts = [
    ...outcomesInWords(endToEnd.outcomes, formatCount),
    `${formatCount(endToEnd.inFlight)} in flight`,
  ];
  const broken = result.conservation.filter((check) => !check.balanced);
  const mark = broken.length === 0 ? style.good("✓") : style.bad("✗");
  const line = `offered ${formatCount(endToEnd.calls)} = ${parts.join(" + ")} ${mark}`;
  return [
    line,
    ...broken.map((check) => style.bad(`does not add up: ${check.where}`)),
    ...littleLines(answersOf(result), style),
  ];
}
