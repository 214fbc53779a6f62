import { basename } from "node:path";
import { formatCount } from "@breakwater/metrics";
import type { Command, CommandInput, ParsedArguments } from "../arguments/command.ts";
import { numberOption } from "../arguments/parse.ts";
import { UserError } from "../errors.ts";
import { EXIT } from "../io.ts";
import { emit, outputOptions } from "../output/emit.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { printable, shown } from "../usage/fold-path.ts";
import { FORMATS } from "../usage/formats/recognise.ts";
import { readLogs, type Usage } from "../usage/read-logs.ts";
import { RANK_NAMES, type RankBy, usageJson, usageText } from "../usage/report.ts";
import { scenarioText } from "../usage/scenario.ts";

const DEFAULT_TOP = 20;
const DEFAULT_SECONDS = 60;
const FORMAT_NAMES = FORMATS.map(({ name }) => name);

export const usageCommand: Command = {
  name: "usage",
  summary: "rank the endpoints of an access log, and write a scenario from it",
  usage: "breakwater usage LOG [LOG ...] [options]",
  examples: [
    { line: "breakwater usage access.log", about: "who is called most" },
    { line: "breakwater usage access.log.2.gz access.log --by time", about: "where time goes" },
    { line: "zcat old.gz | breakwater usage - --json", about: "from a pipe, for scripts" },
    {
      line: "breakwater usage access.log --scenario out.yaml",
      about: "then: breakwater run out.yaml",
    },
  ],
  options: {
    by: { type: "value", value: "RANK", about: `${RANK_NAMES.join(", ")} (p95 for latency).` },
    top: { type: "value", value: "N", about: `How many endpoints to show; ${DEFAULT_TOP}.` },
    format: {
      type: "value",
      value: "FORMAT",
      about: `${FORMAT_NAMES.join(", ")}; found out by itself unless given.`,
    },
    json: { type: "flag", about: "Every endpoint as JSON." },
    scenario: {
      type: "value",
      value: "FILE.yaml",
      about: "Write a scenario with what was measured.",
    },
    duration: {
      type: "value",
      value: "SECONDS",
      about: `How long the scenario's load plays; ${DEFAULT_SECONDS}.`,
    },
    steps: {
      type: "value",
      value: "N",
      about: "Let the scenario's load follow the log in N steps, as long as the log is.",
    },
    ...outputOptions,
  },
  notes: [
    "LOG is a file, also one packed with gzip, or - for standard input. Lines that are no access log are counted, and told on standard error.",
    "nginx: combined, followed by $request_time. HAProxy: option httplog. breakwater: JSON lines, as the example systems write them.",
    "Parts of a path that name one thing of many are folded: /orders/123 is /orders/{id}.",
  ],
  run: async (input) => {
    const { args, io } = input;
    const paths = args.positionals;
    if (paths.length === 0) {
      throw new UserError(
        "usage needs a log: breakwater usage access.log, or - for standard input",
      );
    }
    const by = chosen(args, "by", RANK_NAMES) ?? "calls";
    const top = numberOption(args, "top", { min: 1, max: 1e6, integer: true, unit: "endpoints" });
    const plan = planOf(args, paths);
    const format = chosen(args, "format", FORMAT_NAMES);
    const formats = FORMATS.filter(({ name }) => format === undefined || name === format);
    const usage = await readLogs(paths, io.cwd, formats);
    refuseUnknown(usage, paths, format);
    if (plan !== undefined) {
      writeFileWhole(plan.file, scenarioText(usage, plan), io.cwd);
      io.err(`wrote ${plan.file}\n`);
    }
    const report = { usage, by: by as RankBy, top: top ?? DEFAULT_TOP };
    emit(input, args.flags.has("json") ? usageJson(report) : usageText(report, input.style));
    tell(usage, input);
    return EXIT.met;
  },
};

/** One of the values that an option may have. */
function chosen(args: ParsedArguments, option: string, allowed: readonly string[]) {
  const value = args.values.get(option);
  if (value === undefined || allowed.includes(value)) return value;
  throw new UserError(`--${option} ${value}: needs ${allowed.join(", ")}`);
}

function planOf(args: ParsedArguments, paths: readonly string[]) {
  const file = args.values.get("scenario");
  const steps = numberOption(args, "steps", { min: 2, max: 1000, integer: true, unit: "steps" });
  const seconds = numberOption(args, "duration", { min: 0, above: true, max: 86_400, unit: "s" });
  if (file === undefined) {
    if (steps === undefined && seconds === undefined) return undefined;
    throw new UserError("--steps and --duration are for a scenario: add --scenario FILE.yaml");
  }
  if (!/\.ya?ml$/i.test(file)) {
    throw new UserError(`--scenario ${file}: the name must end in .yaml or .yml`);
  }
  if (steps !== undefined && seconds !== undefined) {
    throw new UserError("--steps plays as long as the log is: leave out --duration");
  }
  const title = printable(
    paths.map((path) => (path === "-" ? "standard input" : basename(path))).join(" "),
  );
  return { file, title, steps, seconds: seconds ?? DEFAULT_SECONDS };
}

function refuseUnknown({ lines, firstBad }: Usage, paths: readonly string[], format?: string) {
  if (Object.keys(lines.understood).length > 0) return;
  const what = paths.join(", ");
  if (lines.read === 0) throw new UserError(`${what}: there is nothing in it`);
  const known = format ?? FORMAT_NAMES.join(", ");
  const first = firstBad === undefined ? "" : `; the first is ${placeOf(firstBad)}`;
  throw new UserError(`${what}: no line is an access log of ${known}${first}`);
}

function placeOf({ log, line, text }: NonNullable<Usage["firstBad"]>): string {
  return `line ${line} of ${log === "-" ? "standard input" : log}: ${shown(text)}`;
}

/** What the numbers do not hold. */
function tell({ lines, firstBad, cut }: Usage, { io, style }: CommandInput): void {
  const note = (text: string): void => io.err(`${style.warn("note:")} ${text}\n`);
  if (firstBad !== undefined) {
    const count = `${formatCount(lines.bad)} of ${formatCount(lines.read)}`;
    note(`lines that are no access log: ${count}; the first is ${placeOf(firstBad)}`);
  }
  if (lines.tooLong > 0) note(`lines that are longer than 64 KB: ${formatCount(lines.tooLong)}`);
  for (const path of cut) note(`${path} ends amid its packed data; what came before is counted`);
}
