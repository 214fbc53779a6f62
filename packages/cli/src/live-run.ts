import { LiveError, type LiveOptions, planLive, planProblem, runLive } from "@breakwater/live";
import type { RunResult } from "@breakwater/metrics";
import type { CommandInput, OptionTable } from "./arguments/command.ts";
import { numberOption } from "./arguments/parse.ts";
import { UserError } from "./errors.ts";
import { type MappedScenario, withMapping } from "./input/live-mapping.ts";
import { changed, loadScenario } from "./input/load-scenario.ts";
import { EXIT } from "./io.ts";
import { version } from "./version.ts";

/** The surroundings failed, not the user: something did not start, died, or the machine was too slow. */
class EnvironmentError extends UserError {
  override readonly exitCode: number = EXIT.environment;
}

class Interrupted extends UserError {
  override readonly exitCode: number = EXIT.interrupted;
}

/** Options of everything that runs live. */
export const liveOptions = {
  for: { type: "value", value: "SECONDS", about: "How long the load plays." },
  seed: { type: "value", value: "NUMBER", about: "Another course of chance; 0 to 4294967295." },
  with: {
    type: "value",
    value: "FILE.yaml",
    about: "The real services to put in the places of the scenario's.",
  },
  "max-lateness": {
    type: "value",
    value: "MS",
    about: "How late the load may be sent (99th percentile) before the run is refused; 5.",
  },
  "max-in-flight": {
    type: "value",
    value: "CALLS",
    about: "Calls under way at a time, per load; more are not sent, and counted; 2000.",
  },
} satisfies OptionTable;

/** The scenario that a word of the command line names, as the options change it. Throws a UserError. */
export async function loadLive(input: CommandInput, reference: string): Promise<MappedScenario> {
  const { args, io } = input;
  const seconds = numberOption(args, "for", { min: 0, above: true, max: 86_400, unit: "seconds" });
  const seed = numberOption(args, "seed", { min: 0, max: 2 ** 32 - 1, integer: true, unit: "" });
  const loaded = await loadScenario(reference, io.cwd);
  const mapped = withMapping(loaded, args.values.get("with"), io.cwd);
  const load = changed(mapped.load, {
    ...(seconds === undefined ? {} : { duration: Math.round(seconds * 1000) }),
    ...(seed === undefined ? {} : { seed }),
  });
  const problem = planProblem(planLive(load.scenario));
  if (problem !== undefined) throw new UserError(`${reference}: ${problem}`);
  return { load, folder: mapped.folder };
}

/** Runs a scenario live, with progress on standard error. Throws a UserError for whatever ends it early. */
export function runScenarioLive(input: CommandInput, mapped: MappedScenario): Promise<RunResult> {
  return guarded(input, mapped, runLive);
}

/** The same for anything else that is done with a live run. */
export async function guarded<T>(
  input: CommandInput,
  { load, folder }: MappedScenario,
  run: (options: LiveOptions) => Promise<T>,
): Promise<T> {
  const { args, io, style } = input;
  const bounds = { min: 0, above: true, max: 60_000, unit: "ms" };
  const calls = { min: 1, max: 100_000, integer: true, unit: "calls" };
  const interrupt = new AbortController();
  const stop = () =>
    interrupt.abort(new Interrupted("interrupted; everything was healed and stopped"));
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await run({
      scenario: load.scenario,
      document: load.document,
      folder,
      engine: version(),
      mostLateMs: numberOption(args, "max-lateness", bounds) ?? 5,
      mostInFlight: numberOption(args, "max-in-flight", calls) ?? 2000,
      told: (line) => io.err(`${style.dim(line)}\n`),
      signal: interrupt.signal,
    });
  } catch (error) {
    if (error instanceof LiveError) throw new EnvironmentError(error.message);
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
