import { availableParallelism } from "node:os";
import { formatMs } from "@breakwater/metrics";
import {
  type Effort,
  type JudgedRow,
  type PublishedResult,
  publishedResults,
} from "@breakwater/simulator/published";
import type { Command, CommandInput } from "../arguments/command.ts";
import { numberOption } from "../arguments/parse.ts";
import { UserError } from "../errors.ts";
import { EXIT } from "../io.ts";
import { emit, outputOptions } from "../output/emit.ts";
import type { Style } from "../terminal/style.ts";
import { type Column, plainTable, table } from "../terminal/table.ts";
import { plural } from "../terminal/words.ts";
import { type JobsDone, runJobs } from "../threads/run-jobs.ts";

export const validateCommand: Command = {
  name: "validate",
  summary: "hold the simulator against formulas and published results, here and now",
  usage: "breakwater validate [WORD ...] [options]",
  examples: [
    { line: "breakwater validate", about: "all of them, with few replications" },
    { line: "breakwater validate M/M/1 Erlang", about: "those with one of these words in them" },
    { line: "breakwater validate --full", about: "with the stated tolerances; takes a while" },
  ],
  options: {
    quick: { type: "flag", about: "Few replications and wider tolerances; so it is unless told." },
    full: { type: "flag", about: "As many replications as the stated tolerances need." },
    workers: { type: "value", value: "NUMBER", about: "Threads; one per core unless set." },
    json: { type: "flag", about: "Every row as JSON." },
    ...outputOptions,
  },
  notes: [
    "Each row is a number that somebody has published or derived: theirs, ours, how far the two may be apart, and whether they are. A number with chance in it must also lie within 4 standard errors.",
    "Exit code 1 says that one or more did not hold.",
  ],
  run: validate,
};

interface Validated {
  readonly name: string;
  readonly source: string;
  readonly rows: readonly JudgedRow[];
}

async function validate(input: CommandInput): Promise<number> {
  const { args, io, style } = input;
  if (args.flags.has("quick") && args.flags.has("full")) {
    throw new UserError("--quick and --full are two ways: give one of them");
  }
  const effort: Effort = args.flags.has("full") ? "full" : "quick";
  const bounds = { min: 1, max: 256, integer: true, unit: "" };
  const workers = numberOption(args, "workers", bounds) ?? availableParallelism();
  const chosen = chosenResults(args.positionals);
  const jobs = chosen.map(({ name }) => ({ name, effort }));
  const options = { program: "validate-worker", data: undefined, jobs, workers } as const;
  const done = await runJobs<(typeof jobs)[number], JudgedRow[]>(options, io, "results");
  const results = chosen.flatMap(({ name, source }, i): Validated[] => {
    const rows = done.answers[i];
    return rows === undefined ? [] : [{ name, source, rows }];
  });
  const json = { format: "breakwater-validation/1", effort, results };
  emit(
    input,
    args.flags.has("json")
      ? `${JSON.stringify(json)}\n`
      : reportText(results, done, chosen.length, style),
  );
  if (done.interrupted) return EXIT.interrupted;
  return results.every(({ rows }) => rows.every(({ ok }) => ok)) ? EXIT.met : EXIT.missed;
}

function chosenResults(words: readonly string[]): readonly PublishedResult[] {
  if (words.length === 0) return publishedResults;
  const chosen = publishedResults.filter(({ name, source }) =>
    words.some((word) => `${name} ${source}`.toLowerCase().includes(word.toLowerCase())),
  );
  if (chosen.length > 0) return chosen;
  const names = publishedResults.map(({ name }) => name).join("; ");
  throw new UserError(`no result has ${words.join(" or ")} in it; there are: ${names}`);
}

const COLUMNS: readonly Column[] = [
  { title: "" },
  { title: "theirs", align: "right" },
  { title: "ours", align: "right" },
  { title: "apart", align: "right" },
  { title: "allowed", align: "right" },
  { title: "" },
];

function reportText(
  results: readonly Validated[],
  { tookMs, interrupted }: JobsDone<unknown>,
  asked: number,
  style: Style,
): string {
  const rows = results.flatMap((result) => result.rows);
  const held = rows.filter(({ ok }) => ok).length;
  const summary = `${held} of ${plural(rows.length, "number")} from ${plural(results.length, "source")} hold`;
  if (style.plain) return `${plainLines(results).join("\n")}\n`;
  const lines = results.flatMap(({ name, source, rows: judged }) => [
    style.bold(name),
    style.dim(`  ${source}`),
    ...table(
      COLUMNS,
      judged.map((row) => cellsOf(row, style)),
    )
      .slice(1)
      .map((line) => `  ${line}`),
    "",
  ]);
  const mark = held === rows.length ? style.good("✓") : style.bad("✗");
  const stopped = interrupted ? `; interrupted: ${results.length} of ${asked} were done` : "";
  return `${[...lines, `${mark} ${summary}, in ${formatMs(tookMs)}${stopped}`].join("\n")}\n`;
}

function cellsOf(row: JudgedRow, style: Style): string[] {
  const { quantity, unit, theirs, ours, allowed, ok } = row;
  const of = unit === "" ? "" : ` ${unit}`;
  return [
    quantity,
    `theirs ${digits(theirs)}${of}`,
    `ours ${digits(ours)}${of}`,
    `apart ${digits(Math.abs(ours - theirs))}`,
    `allowed ${digits(allowed)}`,
    ok ? style.good("✓") : style.bad("✗"),
  ];
}

function plainLines(results: readonly Validated[]): string[] {
  const columns = ["result", "quantity", "unit", "theirs", "ours", "allowed", "verdict", "source"];
  const rows = results.flatMap(({ name, source, rows: judged }) =>
    judged.map(({ quantity, unit, theirs, ours, allowed, ok }) => [
      name,
      quantity,
      unit,
      digits(theirs),
      digits(ours),
      digits(allowed),
      ok ? "holds" : "fails",
      source,
    ]),
  );
  return plainTable(
    columns.map((title) => ({ title })),
    rows,
  );
}

/** Four significant digits, and never an exponent. */
function digits(value: number): string {
  return String(Number(Math.abs(value) < 1e-9 ? 0 : value.toPrecision(4)));
}
