import { checkScenario, type HomepagePace, homepageLadder } from "@breakwater/scenario";
import type { Command, CommandInput } from "../arguments/command.ts";
import { noMorePositionals } from "../arguments/parse.ts";
import { UserError } from "../errors.ts";
import { EXIT, type Io } from "../io.ts";
import { emit, outputOptions } from "../output/emit.ts";
import { reportPage, writeReport } from "../report/write.ts";
import { simulate } from "../simulate.ts";
import { type LadderResult, ladderJson, ladderReport } from "../terminal/ladder-report.ts";

const DEFAULT_REPORT = "breakwater-report.html";
const ABOUT =
  "One homepage, ten users, 30 seconds: recommendations are healthy, down, or 5 to 10 s slower, with and without timeouts, retries and circuit breakers. Fast: a page takes 30 ms. Calibrated: it takes 1 s, which fits what was published.";

export const ladderCommand: Command = {
  name: "ladder",
  summary: "the homepage outage in every published variation, in one table",
  usage: "breakwater ladder [--pace both|fast|calibrated] [--report FILE.html]",
  examples: [
    { line: "breakwater ladder", about: `the table, and the graphs in ${DEFAULT_REPORT}` },
    { line: "breakwater ladder --pace calibrated", about: "only as published" },
  ],
  options: {
    pace: {
      type: "value",
      value: "both|fast|calibrated",
      about: "How fast the services are; both unless given.",
    },
    report: {
      type: "value",
      value: "FILE.html",
      about: `Where to write the page with graphs; ${DEFAULT_REPORT} unless given.`,
    },
    json: { type: "flag", about: "The table as JSON; no page unless --report is given." },
    ...outputOptions,
  },
  run: async (input) => {
    const { args, io, style } = input;
    noMorePositionals(args, 0);
    const paces = pacesOf(args.values.get("pace") ?? "both");
    const startedAt = io.now();
    if (io.isTerminal) io.err("running the homepage outage in all its variations\n");
    const runs = paces.flatMap((pace) => climb(pace, io));
    const json = args.flags.has("json");
    const tookMs = io.now() - startedAt;
    emit(input, json ? ladderJson(runs) : ladderReport(runs, tookMs, style));
    const page = writePage(input, runs);
    if (page !== undefined) tell(input, json, page);
    return EXIT.met;
  },
};

function pacesOf(pace: string): readonly HomepagePace[] {
  if (pace === "both") return ["fast", "calibrated"];
  if (pace === "fast" || pace === "calibrated") return [pace];
  throw new UserError(`--pace ${pace}: needs both, fast or calibrated`);
}

function climb(pace: HomepagePace, io: Io): LadderResult[] {
  return homepageLadder(pace).map(({ name, published, scenario }) => {
    const checked = checkScenario(scenario);
    if (!checked.ok) throw new Error(`the ladder's run "${name}" is not a valid scenario`);
    return { name, pace, published, result: simulate(checked.scenario, io).result };
  });
}

/** Where the page was not asked for by name, a folder that cannot be written to is no reason to fail. */
function writePage(input: CommandInput, runs: readonly LadderResult[]): string | undefined {
  const asked = input.args.values.get("report");
  if (asked === undefined && input.args.flags.has("json")) return undefined;
  try {
    return writeReport(input, asked ?? DEFAULT_REPORT, () => pageOf(runs));
  } catch (error) {
    if (asked !== undefined || !(error instanceof UserError)) throw error;
    input.io.err(`${input.style.warn("no page with graphs:")} ${error.message}\n`);
    return undefined;
  }
}

/** The page opens amid the outage, with the good day behind it. */
function pageOf(runs: readonly LadderResult[]): string {
  return reportPage({
    title: "The homepage outage",
    about: ABOUT,
    runs: runs.map(({ name, pace, published, result }) => ({
      label: `${pace}: ${name}`,
      note: published === undefined ? "" : `Published: ${published}`,
      result,
    })),
    shown: Math.max(
      0,
      runs.findLastIndex(({ name }) => name === "slow, no timeout"),
    ),
    baseline: Math.max(
      0,
      runs.findLastIndex(({ name }) => name === "baseline"),
    ),
  });
}

function tell({ args, io, style }: CommandInput, json: boolean, page: string): void {
  const line = `${style.bold("Graphs:")} ${page}\n`;
  if (json || style.plain || args.values.has("output")) io.err(line);
  else io.out(`\n${line}`);
}
