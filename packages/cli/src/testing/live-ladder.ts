import { LiveError, runLive } from "@breakwater/live";
import type { RunResult } from "@breakwater/metrics";
import { checkScenario, homepageLadder } from "@breakwater/scenario";
import { runScenario } from "@breakwater/simulator";

/** One run of the published ladder, simulated and live. */
export interface Rung {
  readonly name: string;
  readonly simulated: RunResult;
  readonly live: RunResult;
}

/** Later than this, a test machine is too busy to be believed: the run is made anew, three times at most. */
const MOST_LATE_MS = 60;
const MOST_TRIES = 3;

/**
 * Runs one rung at its calibrated pace (a page takes a second). The tails of minutes, in which abandoned calls are
 * worked off, are not waited for.
 */
export async function climb(name: string, durationS: number): Promise<Rung> {
  const found = homepageLadder("calibrated").find((each) => each.name === name);
  if (found === undefined) throw new Error(`the ladder has no run ${name}`);
  const document = { ...found.scenario, duration: `${durationS}s`, drain: "500ms" };
  const checked = checkScenario(document);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const { scenario } = checked;
  const options = {
    scenario,
    document,
    folder: process.cwd(),
    engine: "test",
    mostInFlight: 1000,
    told: () => {},
    signal: new AbortController().signal,
  };
  for (let tries = 1; ; tries++) {
    const mostLateMs = tries < MOST_TRIES ? MOST_LATE_MS : 10_000;
    try {
      const live = await runLive({ ...options, mostLateMs });
      return { name, simulated: runScenario(scenario), live };
    } catch (error) {
      const late = error instanceof LiveError && error.message.includes("was late");
      if (!late || tries >= MOST_TRIES) throw error;
    }
  }
}

export const served = (run: RunResult): number => run.summary.servedInDuration;

export function attemptsUntilAllOpen(run: RunResult): number | undefined {
  const edge = run.edges.find(({ name }) => name === "homepage -> recommendations");
  return edge?.circuit?.attemptsUntilAllOpen;
}
