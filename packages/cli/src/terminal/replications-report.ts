import { formatCount, formatMs, type Probability, type Replications } from "@breakwater/metrics";
import { unitText } from "../comparison.ts";
import { type Style, wrap } from "./style.ts";
import { type Column, plainTable, table } from "./table.ts";
import { actualInWords, msOrNone, plural } from "./words.ts";

/** "25 %": of replications, where a second decimal says nothing. */
export function percent(share: number | null): string {
  return share === null ? "none" : `${Number((share * 100).toFixed(1))} %`;
}

/** "25 % of runs (10 of 40; 14.2 % to 40.2 %)". */
function oddsText({ share, times, runs, low, high }: Probability): string {
  return `${percent(share)} of runs (${times} of ${runs}; ${percent(low)} to ${percent(high)})`;
}

const ODDS_COLUMNS: readonly Column[] = [
  { title: "how likely" },
  { title: "of runs", align: "right" },
  { title: "95 % interval", align: "right" },
  { title: "runs", align: "right" },
];

function oddsRow({ of, share, times, runs, low, high }: Probability): string[] {
  return [of, percent(share), `${percent(low)} to ${percent(high)}`, `${times} of ${runs}`];
}

const METRIC_COLUMNS: readonly Column[] = [
  { title: "of each run" },
  { title: "mean", align: "right" },
  { title: "95 % interval", align: "right" },
  { title: "least", align: "right" },
  { title: "most", align: "right" },
  { title: "runs", align: "right" },
];

function metricRows({ metrics }: Replications): string[][] {
  return metrics.map(({ metric, unit, runs, mean, low, high, min, max }) => [
    metric,
    unitText(mean, unit),
    low === null ? "" : `${unitText(low, unit)} to ${unitText(high, unit)}`,
    unitText(min, unit),
    unitText(max, unit),
    formatCount(runs),
  ]);
}

export interface ReplicationsReportInput {
  readonly replications: Replications;
  readonly tookMs: number;
  readonly interrupted: boolean;
  readonly next: readonly string[];
}

/** Many runs of a scenario for a reader at a terminal: the odds first. */
export function replicationsReport(input: ReplicationsReportInput, style: Style): string {
  const { replications, tookMs } = input;
  const { name, seed, done, collapse, probabilities, latency, unsound } = replications;
  const title = `${style.bold(name)} · ${plural(done, "run")} in ${formatMs(tookMs)} · seeds from ${seed}`;
  const objectives = replications.objectives.map((objective) => [
    objective.met ? style.good("✓") : style.bad("✗"),
    objective.text,
    style.bold(actualInWords(objective)),
  ]);
  const { p50Ms, p95Ms, p99Ms, p999Ms } = latency.answered;
  const merged = `p50 ${msOrNone(p50Ms)}   p95 ${msOrNone(p95Ms)}   p99 ${msOrNone(p99Ms)}   p99.9 ${msOrNone(p999Ms)}`;
  const sections = [
    [title, ...stoppedLines(input, style)],
    table([{ title: "" }, { title: "" }, { title: "", align: "right" }], objectives),
    table(ODDS_COLUMNS, [
      oddsRow(collapse).map((cell) => style.bold(cell)),
      ...probabilities.map(oddsRow),
    ]),
    table(METRIC_COLUMNS, metricRows(replications)),
    [`latency of the answered calls of all runs together: ${merged}`],
    [soundLine(done, unsound, style)],
    input.next.map((line, i) => `${i === 0 ? "Next:" : "     "} ${style.accent(line)}`),
  ];
  const text = sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
  return `${text.replace(/^(?=.)/gm, "  ")}\n`;
}

function stoppedLines({ interrupted, replications }: ReplicationsReportInput, style: Style) {
  if (!interrupted) return [];
  const { done, asked } = replications;
  return wrap(style.warn(`interrupted: ${done} of ${asked} runs were done`), style.columns - 2);
}

function soundLine(done: number, unsound: number, style: Style): string {
  return unsound === 0
    ? `every call is accounted for and Little's law holds in ${plural(done, "run")} ${style.good("✓")}`
    : style.bad(`the books of ${plural(unsound, "run")} do not balance`);
}

/** The same for scripts: a name, a tab and values on each line. */
export function plainReplications(replications: Replications): string {
  const { name, seed, asked, done, verdict, collapse, probabilities, latency } = replications;
  const odds = ({ of, times, runs, share, low, high }: Probability) => [
    "probability",
    of,
    percent(share),
    percent(low),
    percent(high),
    times,
    runs,
  ];
  const rows: (readonly (string | number)[])[] = [
    ["scenario", name],
    ["seed", seed],
    ["asked", asked],
    ["done", done],
    ["verdict", verdict],
    ...replications.objectives.map((objective) => [
      "objective",
      objective.met ? "met" : "missed",
      objective.text,
      actualInWords(objective),
    ]),
    odds(collapse),
    ...probabilities.map(odds),
    ["p50 of all answered calls", msOrNone(latency.answered.p50Ms)],
    ["p95 of all answered calls", msOrNone(latency.answered.p95Ms)],
    ["p99 of all answered calls", msOrNone(latency.answered.p99Ms)],
  ];
  const lines = rows.map((row) => row.join("\t"));
  return `${[...lines, ...plainTable(METRIC_COLUMNS, metricRows(replications))].join("\n")}\n`;
}

/** The verdict in one line. */
export function replicationsVerdict(replications: Replications): string {
  const { name, verdict, objectives, collapse } = replications;
  const odds = `collapsed in ${oddsText(collapse)}`;
  if (verdict === "none") return `${name}: no objectives; ${odds}`;
  const missed = objectives.filter(({ met }) => !met);
  if (verdict === "met") return `${name}: met; ${odds}`;
  const texts = missed.map((objective) => `${objective.text} (${actualInWords(objective)})`);
  return `${name}: missed: ${texts.join("; ")}; ${odds}`;
}
