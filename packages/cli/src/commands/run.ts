import { answersOf, explain } from "@breakwater/metrics";
import type { Command, CommandInput } from "../arguments/command.ts";
import { noMorePositionals, numberOption } from "../arguments/parse.ts";
import { UserError } from "../errors.ts";
import { applyHomepageFlags, homepageOptions } from "../input/homepage-flags.ts";
import { changed, type LoadedScenario, loadScenario } from "../input/load-scenario.ts";
import { EXIT } from "../io.ts";
import { emit, outputOptions } from "../output/emit.ts";
import { replicationOptions, replicationSettings } from "../replicate/replicate.ts";
import { reportPage, writeReport } from "../report/write.ts";
import { type Simulated, simulate } from "../simulate.ts";
import { plainRunReport } from "../terminal/plain-report.ts";
import { runReport } from "../terminal/run-report.ts";
import { verdictLine } from "../terminal/words.ts";
import { runReplications } from "./run-replications.ts";
import { requestChoice, requestOptions, showRequest } from "./run-request.ts";

export const runCommand: Command = {
  name: "run",
  summary: "run a scenario and tell what happened",
  usage: "breakwater run SCENARIO [options]",
  examples: [
    { line: "breakwater run outage", about: "one that comes with Breakwater" },
    { line: "breakwater run outage.yaml --seed 7", about: "your own, with other chances" },
    { line: "breakwater run outage --report outage.html", about: "the graphs, in one page" },
    { line: "breakwater run outage --replications 40", about: "how likely it is to collapse" },
    { line: "breakwater run outage --slowest", about: "what became of the slowest request" },
    { line: "breakwater run outage --json -o before.json", about: "the whole result, to compare" },
    {
      line: "breakwater run performance --timeout 1 --circuit-breakers",
      about: "the homepage, with policies from flags",
    },
  ],
  options: {
    seed: { type: "value", value: "NUMBER", about: "Another course of chance; 0 to 4294967295." },
    duration: { type: "value", value: "SECONDS", about: "How long the load plays." },
    json: { type: "flag", about: "The whole result as JSON." },
    quiet: { type: "flag", short: "q", about: "Only the verdict, in one line." },
    report: { type: "value", value: "FILE.html", about: "Write a page with graphs." },
    ...replicationOptions,
    ...requestOptions,
    ...outputOptions,
    ...homepageOptions,
  },
  notes: [
    "SCENARIO is a file (.yaml, .yml, .json, or a .ts or .js module that exports `scenario`) or a name from: breakwater list",
    "--timeout, --circuit-breakers, --retries and --pace are for the homepage scenarios only; everything else puts its policies in the scenario.",
  ],
  run: async (input) => {
    const { args } = input;
    const [reference] = args.positionals;
    if (reference === undefined) {
      throw new UserError("run needs a scenario: breakwater run SCENARIO (see: breakwater list)");
    }
    noMorePositionals(args, 1);
    const load = withSettings(input, await loadScenario(reference, input.io.cwd));
    const choice = requestChoice(args);
    if (choice !== undefined) return showRequest(input, load, choice);
    const settings = replicationSettings(args);
    if (settings !== undefined) return runReplications(input, load, settings);
    const simulated = simulate(load.scenario, input.io);
    report(input, load, simulated);
    return simulated.result.verdict === "missed" ? EXIT.missed : EXIT.met;
  },
};

/** The scenario as the options change it. */
function withSettings(input: CommandInput, load: LoadedScenario): LoadedScenario {
  const { args } = input;
  const seconds = numberOption(args, "duration", {
    min: 0,
    above: true,
    max: 86_400,
    unit: "seconds",
  });
  const seed = numberOption(args, "seed", { min: 0, max: 2 ** 32 - 1, integer: true, unit: "" });
  const flagged = applyHomepageFlags(args, load);
  if (flagged.policies !== undefined) tellPolicies(input, flagged.policies);
  return changed(flagged.load, {
    ...(seconds === undefined ? {} : { duration: Math.round(seconds * 1000) }),
    ...(seed === undefined ? {} : { seed }),
  });
}

/** Shows what the flags made, before the run: on stdout only where the result is for people. */
function tellPolicies({ args, io, style }: CommandInput, yaml: string): void {
  const forScripts = ["json", "quiet", "plain"].some((flag) => args.flags.has(flag));
  const tell = forScripts || args.values.has("output") ? io.err : io.out;
  tell(`${style.dim("# The policies that these flags make:")}\n${yaml}\n`);
}

function report(input: CommandInput, load: LoadedScenario, simulated: Simulated): void {
  const { args, io, style } = input;
  const { result } = simulated;
  const page = writeReport(input, args.values.get("report"), () =>
    reportPage({
      title: result.name,
      about: result.about,
      runs: [{ label: result.name, note: "", result }],
    }),
  );
  emit(input, resultText(input, load, simulated));
  if (page !== undefined) io.err(`${style.dim("report")} ${page}\n`);
}

function resultText(input: CommandInput, load: LoadedScenario, simulated: Simulated): string {
  const { args, style } = input;
  const { result, tookMs } = simulated;
  if (args.flags.has("json")) {
    return `${JSON.stringify({ ...result, answers: answersOf(result) })}\n`;
  }
  if (args.flags.has("quiet")) return `${verdictLine(result)}\n`;
  const { headline } = explain(result);
  if (style.plain) return plainRunReport(result, headline);
  return runReport({ result, headline, tookMs, next: nextCommands(input, load) }, style);
}

/** What to type next: the graphs if there are none yet, another course of chance, a comparison. */
function nextCommands({ args }: CommandInput, { reference, entry }: LoadedScenario): string[] {
  const graphs = args.values.has("report")
    ? []
    : [`breakwater run ${reference} --report breakwater-report.html`];
  if (entry?.tags.includes("homepage")) return [...graphs, "breakwater ladder"];
  if (entry) return [...graphs, `breakwater run ${reference} --seed 2`];
  return [...graphs, `breakwater compare ${reference} CHANGED.yaml`];
}
