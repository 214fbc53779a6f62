/** One process: measures one library at one scenario and prints the result as JSON. */
import { bytesPerCall, type Counts, inFlight, sequential, watchTimers } from "./measure.ts";
import type { Call, Library, PolicyKind, Scenario, Subject, Work } from "./subject.ts";
import { fails } from "./subject.ts";

type Arguments = [Library, Scenario, string, "time" | "bytes"];
const [library, scenario, countsJson, what] = process.argv.slice(2) as Arguments;
const counts = JSON.parse(countsJson) as Counts;
const answers: Work = async () => 1;
const answersLater: Work = async () => {
  await undefined;
  return 1;
};

if (scenario.startsWith("inFlight")) watchTimers();
const { subject } = (await import(`./subjects/${library}.ts`)) as { subject: Subject };
process.stdout.write(`${JSON.stringify(await measure())}\n`);
// A library may leave timers behind that keep the process alive.
process.exit(0);

async function measure(): Promise<object> {
  switch (scenario) {
    case "inFlightTimeout":
    case "inFlightFull":
      await inFlight(maker(scenario), counts.inFlight);
      return inFlight(maker(scenario), counts.inFlight);
    case "exhausted":
      return sequential(await maker("exhausted")(fails), fails, counts);
    case "window100":
      return window(100);
    case "window100000":
      return window(100_000);
    case "fullLater":
      return callOf("full", answersLater);
    default:
      return callOf(scenario, answers);
  }
}

async function callOf(kind: PolicyKind, work: Work): Promise<object> {
  const call = await maker(kind)(work);
  if (what === "time") return sequential(call, work, counts);
  await sequential(call, work, { ...counts, rounds: 1 });
  return { bytes: await bytesPerCall(call, counts.calls) };
}

function maker(kind: PolicyKind): (work: Work) => Call | Promise<Call> {
  const make = subject[kind];
  if (make === undefined) throw new Error(`${library} has nothing for ${kind}`);
  return make;
}

/** What a failing call costs with so many calls in the window. */
async function window(filled: number) {
  let down = false;
  const work: Work = async () => {
    if (down) throw new Error("down");
  };
  const call = await maker("window")(work);
  for (let i = 0; i < filled; i++) await call();
  down = true;
  // Few enough not to change the window, nor to open the circuit of a library that looks at the rate alone.
  const calls = Math.min(counts.calls, 90);
  return sequential(call, work, { ...counts, calls, rounds: Math.min(counts.rounds, 9) });
}
