/**
 * Breakwater's side of the comparison: the homepage scenario for so many seconds of load, timed several times in one
 * process, with the JIT cold at first.
 */
import { readFileSync } from "node:fs";
import { parseScenario, type ResolvedScenario } from "@breakwater/scenario";
import { runScenario } from "@breakwater/simulator";

const seconds = Number(process.argv[2] ?? 800);
const rounds = Number(process.argv[3] ?? 3);

/** The outage takes the same share of every run, whatever its length. */
function scenarioOf(length: number): ResolvedScenario {
  const text = readFileSync(new URL("homepage.yaml", import.meta.url), "utf8")
    .replace("duration: 800s", `duration: ${length}s`)
    .replace("at: 320s, for: 120s", `at: ${length * 0.4}s, for: ${length * 0.15}s`);
  const parsed = parseScenario(text, "yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

const scenario = scenarioOf(seconds);
for (let round = 0; round < rounds; round++) {
  const startedAt = performance.now();
  const { endToEnd, edges, services } = runScenario(scenario);
  const wallMs = performance.now() - startedAt;
  const { ok, failed, fallback } = endToEnd.outcomes;
  const line = {
    requests: endToEnd.calls,
    wallMs: Math.round(wallMs),
    perSecond: Math.round((endToEnd.calls / wallMs) * 1000),
    ok,
    failed: failed + fallback,
    degraded: endToEnd.degraded,
    attempts: edges.slice(1).map((edge) => edge.attempts),
    timedOut: edges.slice(1).map((edge) => edge.attemptOutcomes.timedOut),
    shortCircuited: edges.slice(1).map((edge) => edge.outcomes.shortCircuited),
    opened: edges.slice(1).map((edge) => edge.circuit?.opened),
    rejected: services.map((service) => service.rejected),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
