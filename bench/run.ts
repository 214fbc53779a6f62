/** Runs scenarios, each library in a process of its own, the libraries in turn; takes the medians. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Group, Result, Results } from "./group.ts";
import { type Counts, median } from "./measure.ts";
import { policies } from "./policies.ts";
import { LIBRARIES, type Library, type Scenario } from "./subject.ts";

export const COUNTS: Counts = { rounds: 101, calls: 20_000, roundMs: 4, inFlight: 10_000 };

/** What a library has nothing comparable for. */
const MISSING: Readonly<Record<Library, readonly Scenario[]>> = {
  breakwater: [],
  cockatiel: ["fullOutcome", "openOutcome", "openApart"],
  opossum: ["fullOutcome", "openOutcome", "openApart", "retry", "exhausted"],
  mollitia: ["fullOutcome", "openOutcome", "openApart", "window100", "window100000"],
};

export function has(library: Library, scenario: Scenario): boolean {
  return !MISSING[library].includes(scenario);
}

export async function runOne(
  library: Library,
  scenario: Scenario,
  counts: Counts,
): Promise<Result> {
  const timed = await runChild(library, scenario, counts, "time", []);
  if (!COUNTS_BYTES.includes(scenario)) return timed;
  return { ...timed, ...(await runChild(library, scenario, counts, "bytes", NO_COLLECTION)) };
}

/** Where bytes per call are counted too: in a process of their own, for it needs a heap like no other. */
const COUNTS_BYTES: readonly Scenario[] = policies.scenarios;

/** Large enough that no collection falls into the counting. New memory is slow: nothing is timed with it. */
const NO_COLLECTION = ["--max-semi-space-size=512", "--min-semi-space-size=512"];

async function runChild(
  library: Library,
  scenario: Scenario,
  counts: Counts,
  what: "time" | "bytes",
  flags: readonly string[],
): Promise<Result> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--expose-gc",
    ...flags,
    "--no-warnings",
    "--conditions=breakwater-source",
    fileURLToPath(new URL("child.ts", import.meta.url)),
    library,
    scenario,
    JSON.stringify(counts),
    what,
  ]);
  return JSON.parse(stdout) as Result;
}

export async function runGroup(
  { scenarios }: Group,
  counts: Counts,
  repeats: number,
  progress: (text: string) => void,
): Promise<Results> {
  const found = new Map<string, Result[]>();
  for (let repeat = 1; repeat <= repeats; repeat++) {
    for (const scenario of scenarios) {
      for (const library of LIBRARIES.filter((one) => has(one, scenario))) {
        progress(`${repeat} of ${repeats}: ${scenario}, ${library}`);
        const key = `${library} ${scenario}`;
        found.set(key, [...(found.get(key) ?? []), await runOne(library, scenario, counts)]);
      }
    }
  }
  return new Map([...found].map(([key, results]) => [key, medians(results)]));
}

function medians(results: readonly Result[]): Result {
  const of = (key: keyof Result): object => {
    const values = results.flatMap((result) => result[key] ?? []);
    return values.length === 0 ? {} : { [key]: median(values) };
  };
  return { ns: Number.NaN, ...of("ns"), ...of("ratio"), ...of("bytes"), ...of("timers") };
}
