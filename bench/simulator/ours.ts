/**
 * Breakwater's side of the comparison: for each line on the standard input it lives through the homepage scenario
 * once, and prints one line of JSON, as the other programs do. The first round is cold.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseScenario, type ResolvedScenario } from "@breakwater/scenario";
import { runScenario } from "@breakwater/simulator";

/** The outage takes the same share of every run, whatever its length. */
function scenarioOf(length: number): ResolvedScenario {
  const text = readFileSync(new URL("homepage.yaml", import.meta.url), "utf8")
    .replace("duration: 800s", `duration: ${length}s`)
    .replace("at: 320s, for: 120s", `at: ${length * 0.4}s, for: ${length * 0.15}s`);
  const parsed = parseScenario(text, "yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

const scenario = scenarioOf(Number(process.argv[2] ?? 800));
for await (const _ of createInterface({ input: process.stdin })) {
  const startedAt = performance.now();
  const { endToEnd, edges, services } = runScenario(scenario);
  const wallMs = performance.now() - startedAt;
  const { ok, failed, fallback } = endToEnd.outcomes;
  const calls = edges.slice(1);
  const line = {
    requests: endToEnd.calls,
    wallMs,
    ok,
    failed: failed + fallback,
    degraded: endToEnd.degraded,
    attempts: calls.map((edge) => edge.attempts),
    timedOut: calls.map((edge) => edge.attemptOutcomes.timedOut),
    shortCircuited: calls.map((edge) => edge.outcomes.shortCircuited),
    opened: calls.map((edge) => edge.circuit?.opened),
    rejected: services.map((service) => service.rejected),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
