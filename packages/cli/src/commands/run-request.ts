import { parseDuration } from "@breakwater/policy";
import { type RequestChoice, traceRequest } from "@breakwater/simulator";
import type { CommandInput, OptionTable, ParsedArguments } from "../arguments/command.ts";
import { numberOption } from "../arguments/parse.ts";
import { UserError } from "../errors.ts";
import type { LoadedScenario } from "../input/load-scenario.ts";
import { EXIT } from "../io.ts";
import { emit } from "../output/emit.ts";
import { waterfall } from "../terminal/waterfall.ts";

export const requestOptions = {
  request: {
    type: "value",
    value: "NUMBER",
    about: "Show what became of one request: its attempts, waits and work. The first is 1.",
  },
  slowest: { type: "flag", about: "The same for the request that took longest." },
  at: {
    type: "value",
    value: "DURATION",
    about: "The same for the first request made from this time on, such as 33.1s.",
  },
} satisfies OptionTable;

/** undefined when the options ask for no request. */
export function requestChoice(args: ParsedArguments): RequestChoice | undefined {
  const number = numberOption(args, "request", { min: 1, max: 1e12, integer: true, unit: "" });
  const at = args.values.get("at");
  const slowest = args.flags.has("slowest");
  if ([number !== undefined, at !== undefined, slowest].filter(Boolean).length > 1) {
    throw new UserError("--request, --slowest and --at choose one request each: give one of them");
  }
  if (number !== undefined) return { number };
  if (slowest) return { slowest: true };
  if (at === undefined) return undefined;
  const fromMs = parseDuration(at as never);
  if (fromMs === undefined) throw new UserError(`--at ${at}: is not a duration such as 33.1s`);
  return { fromMs };
}

/** `run --request`: the waterfall of one request. Resolves to the exit code. */
export function showRequest(
  input: CommandInput,
  { scenario }: LoadedScenario,
  choice: RequestChoice,
): number {
  const { args, style } = input;
  if (["report", "replications"].some((name) => args.values.has(name)) || args.flags.has("quiet")) {
    throw new UserError(
      "one request has its own output: leave out --report, --replications and --quiet",
    );
  }
  const { result, trace } = traceRequest(scenario, choice);
  if (trace === undefined) {
    throw new UserError(
      `there is no such request: ${scenario.name} made ${result.endToEnd.calls} in ${scenario.durationMs / 1000} s`,
    );
  }
  const text = args.flags.has("json") ? `${JSON.stringify(trace)}\n` : waterfall(trace, style);
  emit(input, text);
  return EXIT.met;
}
