import {
  type Calibration,
  calibrate,
  compareModel,
  type ModelComparison,
  quietScenario,
} from "@breakwater/live";
import { formatMs, formatShare, type RunResult } from "@breakwater/metrics";
import type { Scenario } from "@breakwater/scenario";
import type { CommandInput, OptionTable } from "../arguments/command.ts";
import { numberOption } from "../arguments/parse.ts";
import { unitText } from "../comparison.ts";
import { UserError } from "../errors.ts";
import { loadRuns } from "../input/load-runs.ts";
import { changed } from "../input/load-scenario.ts";
import { writeTimes } from "../input/write-times.ts";
import { EXIT } from "../io.ts";
import { guarded, liveOptions, loadLive, runScenarioLive } from "../live-run.ts";
import { emit } from "../output/emit.ts";
import { reportPage, writeReport } from "../report/write.ts";
import { simulate } from "../simulate.ts";
import { plainTable, table } from "../terminal/table.ts";

const DEFAULT_TOLERANCE = 0.15;
const QUIET_SECONDS = 10;

export const compareLiveOptions = {
  live: {
    type: "flag",
    about: "Run the scenario live too, and tell how far the simulator is off.",
  },
  calibrate: {
    type: "flag",
    about: "With --live FILE.yaml: fit its service times from a quiet live run, and write them.",
  },
  tolerance: {
    type: "value",
    value: "SHARE",
    about: "With --live: the error that is borne; 0.15 unless given. Beyond it the exit code is 1.",
  },
  ...liveOptions,
} satisfies OptionTable;

/** `compare --live SCENARIO`, or `compare --live SIMULATED LIVE.json`. */
export async function compareLive(input: CommandInput): Promise<number> {
  const { args } = input;
  const [first, second, ...more] = args.positionals;
  if (first === undefined || more.length > 0) {
    throw new UserError("compare --live needs a scenario, or a simulated run and a live result");
  }
  if (args.flags.has("calibrate")) return await calibrateFile(input, first, second);
  const bounds = { min: 0, max: 10, unit: "(0.15 is 15 %)" };
  const tolerance = numberOption(args, "tolerance", bounds) ?? DEFAULT_TOLERANCE;
  const [simulated, live] = await bothRuns(input, first, second);
  const comparison = compareModel(simulated, live, tolerance);
  const page = writeReport(input, args.values.get("report"), () =>
    reportPage({
      title: `${simulated.name}, simulated and live`,
      about: simulated.about,
      runs: [
        { label: "simulated", note: "", result: simulated },
        { label: "live", note: "", result: live },
      ],
      shown: 1,
      baseline: 0,
    }),
  );
  emit(input, comparisonText(input, comparison, tolerance));
  if (page !== undefined) input.io.err(`${input.style.dim("report")} ${page}\n`);
  return comparison.within ? EXIT.met : EXIT.missed;
}

async function bothRuns(
  input: CommandInput,
  first: string,
  second: string | undefined,
): Promise<readonly [RunResult, RunResult]> {
  if (second === undefined) {
    const mapped = await loadLive(input, first);
    const { result } = simulate(mapped.load.scenario, input.io);
    return [result, await runScenarioLive(input, mapped)];
  }
  const runs = [...(await loadRuns(first, input.io)), ...(await loadRuns(second, input.io))];
  const simulated = runs.find(({ result }) => result.mode === "simulated")?.result;
  const live = runs.find(({ result }) => result.mode === "live")?.result;
  if (runs.length !== 2 || simulated === undefined || live === undefined) {
    throw new UserError(
      "compare --live needs one simulated run and one live result (breakwater live SCENARIO --json -o live.json)",
    );
  }
  return [simulated, live];
}

function comparisonText(
  { args, style }: CommandInput,
  comparison: ModelComparison,
  tolerance: number,
): string {
  if (args.flags.has("json")) return `${JSON.stringify({ tolerance, ...comparison }, null, 2)}\n`;
  const right = "right" as const;
  const columns = [
    { title: "" },
    { title: "simulated", align: right },
    { title: "live", align: right },
    { title: "error", align: right },
  ];
  const rows = comparison.rows.map(({ metric, unit, simulated, live, error }) => [
    metric,
    unitText(simulated, unit),
    unitText(live, unit),
    error === null ? "" : `${error > 0 ? "+" : ""}${formatShare(error)}`,
  ]);
  const verdict = comparison.within
    ? style.good(`the model is within ${formatShare(tolerance)}`)
    : style.bad(`the model is off by more than ${formatShare(tolerance)}`);
  const findings = comparison.findings.map((finding) => `  ${finding}`);
  const lines = [
    verdict,
    "",
    ...(style.plain ? plainTable(columns, rows) : table(columns, rows)),
    ...(findings.length === 0 ? [] : ["", style.bold("Where the model is wrong"), ...findings]),
    ...comparison.cautions.map((caution) => `${style.warn("caution")} ${caution}`),
  ];
  return `${lines.join("\n")}\n`;
}

async function calibrateFile(
  input: CommandInput,
  path: string,
  more: string | undefined,
): Promise<number> {
  if (more !== undefined || !/\.(ya?ml|json)$/i.test(path)) {
    throw new UserError("--calibrate needs one scenario file to write into: .yaml, .yml or .json");
  }
  const mapped = await loadLive(input, path);
  const seconds = numberOption(input.args, "for", { min: 1, max: 3600, unit: "seconds" });
  const quiet = quietScenario({ ...mapped.load.document }, (seconds ?? QUIET_SECONDS) * 1000);
  const load = changed(mapped.load, quiet as Partial<Scenario>);
  const calibration = await guarded(input, { ...mapped, load }, calibrate);
  if (calibration.fitted.length === 0) {
    throw new UserError([`${path}: nothing could be fitted`, ...calibration.left]);
  }
  writeTimes(path, calibration.fitted, input.io.cwd);
  emit(input, calibrationText(input, path, calibration));
  return EXIT.met;
}

function calibrationText({ args }: CommandInput, path: string, calibration: Calibration): string {
  if (args.flags.has("json")) return `${JSON.stringify(calibration, null, 2)}\n`;
  const lines = calibration.fitted.map(({ service, endpoint, work, samples, meanMs }) => {
    const text = typeof work === "object" ? JSON.stringify(work) : work;
    return `${service}/${endpoint}: ${text} (mean ${formatMs(meanMs)} of ${samples} requests)`;
  });
  const left = calibration.left.map((line) => `left as it was: ${line}`);
  return `${[`wrote ${path}`, ...lines, ...left].join("\n")}\n`;
}
