import { type LivePlan, planLive } from "@breakwater/live";
import { explain, type RunResult } from "@breakwater/metrics";
import type { Command, CommandInput } from "../arguments/command.ts";
import { noMorePositionals } from "../arguments/parse.ts";
import { UserError } from "../errors.ts";
import type { MappedScenario } from "../input/live-mapping.ts";
import { EXIT } from "../io.ts";
import { liveOptions, loadLive, runScenarioLive } from "../live-run.ts";
import { emit, outputOptions } from "../output/emit.ts";
import { reportPage, writeReport } from "../report/write.ts";
import { plainRunReport } from "../terminal/plain-report.ts";
import { runReport } from "../terminal/run-report.ts";
import { verdictLine } from "../terminal/words.ts";

export const liveCommand: Command = {
  name: "live",
  summary: "run a scenario with real processes, real connections and real faults",
  usage: "breakwater live SCENARIO [options]",
  examples: [
    { line: "breakwater live outage --for 10", about: "ten real seconds of an outage" },
    { line: "breakwater live outage --dry-run", about: "what would be started and broken" },
    { line: "breakwater live outage.yaml --json -o live.json", about: "the whole result" },
    { line: "breakwater compare --live outage", about: "how far the simulator is off" },
  ],
  options: {
    ...liveOptions,
    "dry-run": { type: "flag", about: "Start nothing; tell the processes, proxies and faults." },
    json: { type: "flag", about: "The whole result, or the plan, as JSON." },
    quiet: { type: "flag", short: "q", about: "Only the verdict, in one line." },
    report: { type: "value", value: "FILE.html", about: "Write a page with graphs." },
    ...outputOptions,
  },
  notes: [
    "SCENARIO as for run. A service with a `live` part is that real service; the others are played by processes that do the modelled work. The commands of a scenario file are run as they stand there: look at them with --dry-run before you run a file that is not yours.",
    "Exit codes: 0 and 1 as for run, 2 bad usage or scenario, 3 something did not start or died or the load was sent late, 130 interrupted. Whatever happens, also kill -9 of the tool, every process is ended and every fault healed.",
  ],
  run: async (input) => {
    const { args } = input;
    const [reference] = args.positionals;
    if (reference === undefined) {
      throw new UserError("live needs a scenario: breakwater live SCENARIO (see: breakwater list)");
    }
    noMorePositionals(args, 1);
    const mapped = await loadLive(input, reference);
    if (args.flags.has("dry-run")) {
      emit(input, planText(input, mapped));
      return EXIT.met;
    }
    const startedAt = input.io.now();
    const result = await runScenarioLive(input, mapped);
    report(input, reference, result, input.io.now() - startedAt);
    return result.verdict === "missed" ? EXIT.missed : EXIT.met;
  },
};

function report(input: CommandInput, reference: string, result: RunResult, tookMs: number): void {
  const { args, io, style } = input;
  const { headline } = explain(result);
  const page = writeReport(input, args.values.get("report"), () =>
    reportPage({
      title: `${result.name}, live`,
      about: result.about,
      runs: [{ label: result.name, note: "", result }],
    }),
  );
  if (args.flags.has("json")) emit(input, `${JSON.stringify(result)}\n`);
  else if (args.flags.has("quiet")) emit(input, `${verdictLine(result)}\n`);
  else if (style.plain) emit(input, plainRunReport(result, headline));
  else {
    const next = [`breakwater compare --live ${reference}`];
    emit(input, runReport({ result, headline, tookMs, next }, style));
  }
  for (const note of result.live?.notes ?? []) io.err(`${style.warn("note")} ${note}\n`);
  if (page !== undefined) io.err(`${style.dim("report")} ${page}\n`);
}

function planText({ args, style }: CommandInput, { load, folder }: MappedScenario): string {
  const plan = planLive(load.scenario);
  if (args.flags.has("json")) return `${JSON.stringify({ folder, ...plan }, null, 2)}\n`;
  const lines = [
    style.bold(`${load.scenario.name}: nothing was started`),
    "",
    style.bold("Processes"),
    ...plan.instances.map(processLine),
    "",
    style.bold("Fault proxies"),
    ...plan.links.map(({ name }) => `  ${name}`),
    "",
    style.bold("Faults"),
    ...faultLines(plan),
    ...(plan.notes.length === 0 ? [] : ["", style.bold("Otherwise than the simulator")]),
    ...plan.notes.map((note) => `  ${note}`),
  ];
  return `${lines.join("\n")}\n`;
}

function processLine({ name, kind, command, address }: LivePlan["instances"][number]): string {
  if (kind === "synthetic") return `  ${name}: played by a process that does the modelled work`;
  return kind === "address" ? `  ${name}: runs at ${address}` : `  ${name}: ${command.join(" ")}`;
}

function faultLines({ faults }: LivePlan): string[] {
  if (faults.length === 0) return ["  none"];
  return faults.map(({ fault, target, means }) => {
    const { atMs, endMs, kind } = fault;
    const end = endMs === Infinity ? "the end" : `${endMs / 1000} s`;
    return `  ${atMs / 1000} s to ${end}: ${kind} on ${target}: ${means.about}`;
  });
}
