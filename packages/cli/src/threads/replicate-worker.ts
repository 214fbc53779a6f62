// A thread that lives through replications of one scenario, one after the other, as it is asked to.
import { parentPort, workerData } from "node:worker_threads";
import { digestOf } from "@breakwater/metrics";
import type { ResolvedScenario } from "@breakwater/scenario";
import { runScenario } from "@breakwater/simulator";

const scenarios = workerData as readonly ResolvedScenario[];

parentPort?.on("message", ({ scenario, seed }: { scenario: number; seed: number }) => {
  const asked = scenarios[scenario];
  if (asked === undefined) throw new RangeError(`there is no scenario ${scenario}`);
  parentPort?.postMessage(digestOf(runScenario(asked, { seed })));
});
