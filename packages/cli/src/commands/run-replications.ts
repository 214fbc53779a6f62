import type { CommandInput } from "../arguments/command.ts";
import { UserError } from "../errors.ts";
import type { LoadedScenario } from "../input/load-scenario.ts";
import { EXIT } from "../io.ts";
import { emit } from "../output/emit.ts";
import { type Replicating, type ReplicationSettings, replicate } from "../replicate/replicate.ts";
import {
  plainReplications,
  replicationsReport,
  replicationsVerdict,
} from "../terminal/replications-report.ts";

/** `run --replications`: the same scenario many times. Resolves to the exit code. */
export async function runReplications(
  input: CommandInput,
  { scenario, reference }: LoadedScenario,
  settings: ReplicationSettings,
): Promise<number> {
  if (input.args.values.has("report")) {
    throw new UserError("--report shows one run: leave out --replications");
  }
  const outcome = await replicate([scenario], settings, input.io);
  emit(input, textOf(input, outcome, reference));
  if (outcome.interrupted) return EXIT.interrupted;
  return outcome.results[0]?.verdict === "missed" ? EXIT.missed : EXIT.met;
}

function textOf({ args, style }: CommandInput, outcome: Replicating, reference: string): string {
  const [replications] = outcome.results;
  if (replications === undefined) return "";
  if (args.flags.has("json")) return `${JSON.stringify(replications)}\n`;
  if (args.flags.has("quiet")) return `${replicationsVerdict(replications)}\n`;
  if (style.plain) return plainReplications(replications);
  const worst = replications.runs.find(({ collapsed }) => collapsed) ?? replications.runs[0];
  const next = worst === undefined ? [] : [`breakwater run ${reference} --seed ${worst.seed}`];
  return replicationsReport({ ...outcome, replications, next }, style);
}
