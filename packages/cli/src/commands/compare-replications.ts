import { compareReplications, type PairedComparison, type PairedRow } from "@breakwater/metrics";
import type { CommandInput } from "../arguments/command.ts";
import { points, unitText } from "../comparison.ts";
import { UserError } from "../errors.ts";
import { loadScenarios, type NamedScenario } from "../input/load-runs.ts";
import { isFileReference } from "../input/load-scenario.ts";
import { EXIT } from "../io.ts";
import { emit } from "../output/emit.ts";
import { type ReplicationSettings, replicate } from "../replicate/replicate.ts";
import { percent } from "../terminal/replications-report.ts";
import type { Style } from "../terminal/style.ts";
import { type Column, plainTable, table } from "../terminal/table.ts";
import { plural } from "../terminal/words.ts";

/** `compare --replications`: each against the first, pair by pair with the same seeds. Resolves to the exit code. */
export async function compareReplicated(
  input: CommandInput,
  settings: ReplicationSettings,
): Promise<number> {
  const { args, io, style } = input;
  if (args.values.has("report")) {
    throw new UserError("--report shows single runs: leave out --replications");
  }
  const named: NamedScenario[] = [];
  for (const reference of args.positionals) named.push(...(await scenariosOf(reference, input)));
  if (named.length < 2) {
    throw new UserError("compare needs two scenarios or more: breakwater compare A B");
  }
  const { results, interrupted } = await replicate(
    named.map(({ scenario }) => scenario),
    settings,
    io,
  );
  const labelled = results.map((result, i) => ({ ...result, name: named[i]?.label ?? "" }));
  const [first, ...others] = labelled;
  const comparisons =
    first === undefined ? [] : others.map((other) => compareReplications(first, other));
  emit(
    input,
    args.flags.has("json")
      ? `${JSON.stringify({ replications: labelled, comparisons })}\n`
      : comparisons.map((each) => comparisonText(each, style)).join("\n"),
  );
  return interrupted ? EXIT.interrupted : EXIT.met;
}

async function scenariosOf(reference: string, { io }: CommandInput): Promise<NamedScenario[]> {
  try {
    return await loadScenarios(reference, io);
  } catch (error) {
    if (!(error instanceof UserError) || !isFileReference(reference)) throw error;
    const hint = "--replications runs scenarios anew: a kept result is one run";
    throw new UserError(reference.endsWith(".json") ? [...error.problems, hint] : error.problems);
  }
}

function comparisonText(comparison: PairedComparison, style: Style): string {
  const { a, b, pairs, rows, collapse } = comparison;
  const right = "right" as const;
  const columns: readonly Column[] = [
    { title: style.plain ? "metric" : "" },
    { title: "before", align: right },
    { title: "after", align: right },
    { title: "change", align: right },
    { title: "95 % interval", align: right },
    { title: "pairs", align: right },
    { title: "" },
  ];
  const odds = [
    "collapse",
    percent(collapse.a),
    percent(collapse.b),
    ...differenceCells(collapse.difference, collapse, "share"),
    `${collapse.pairs}`,
    judged(collapse.change, style),
  ];
  const cells = [
    odds,
    ...rows.filter(({ a: mean }) => mean !== null).map((row) => rowCells(row, style)),
  ];
  const title = `${style.bold(b)} against ${a}, ${plural(pairs, "pair")} of runs with the same seeds`;
  const lines = style.plain ? plainTable(columns, cells) : table(columns, cells);
  return `${[title, ...lines].join("\n")}\n`;
}

function rowCells({ metric, unit, a, b, difference, change }: PairedRow, style: Style): string[] {
  return [
    metric,
    unitText(a, unit),
    unitText(b, unit),
    ...differenceCells(difference.mean, difference, unit),
    `${difference.runs}`,
    judged(change, style),
  ];
}

/** "-12 ms" and "-15 ms to -9 ms". */
function differenceCells(
  mean: number | null,
  { low, high }: { readonly low: number | null; readonly high: number | null },
  unit: PairedRow["unit"],
): string[] {
  const text = (value: number): string => {
    const sign = value > 0 ? "+" : value < 0 ? "-" : "";
    const size = Math.abs(value);
    return `${sign}${unit === "share" ? `${points(size)} points` : unitText(size, unit)}`;
  };
  if (mean === null) return ["", ""];
  return [text(mean), low === null || high === null ? "" : `${text(low)} to ${text(high)}`];
}

function judged(change: PairedRow["change"], style: Style): string {
  if (change === "better") return style.good(style.plain ? "better" : "▲ better");
  if (change === "worse") return style.bad(style.plain ? "worse" : "▼ worse");
  return change === "different" ? "" : style.dim(change);
}
