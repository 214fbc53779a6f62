import { parseScenario } from "@breakwater/scenario";
import { startPool } from "../packages/cli/src/threads/pool.ts";

/** How much faster two threads are at least. */
const WANTED = 1.7;

const SCENARIO = `
name: shop
duration: 60s
services:
  shop:
    workers: 40
    endpoints: { page: { steps: [{ work: 5ms }, { call: stock, policy: careful }] } }
  stock: { workers: 40, endpoints: { item: { steps: [{ work: { kind: exponential, mean: 50ms } }] } } }
policies:
  careful: { idempotent: true, timeout: 300ms, retry: { attempts: 2 }, circuitBreaker: {} }
load: { visitors: { kind: open, to: shop, rate: 500 } }
faults: [{ kind: latency, service: stock, at: 20s, for: 10s, add: 200ms }]
`;

/** Milliseconds for so many replications; the time that threads take to start is part of it. */
async function timeOf(replications: number, workers: number): Promise<number> {
  const parsed = parseScenario(SCENARIO, "yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const jobs = Array.from({ length: replications }, (_, i) => ({ scenario: 0, seed: i + 1 }));
  const startedMs = performance.now();
  await startPool({ program: "replicate-worker", data: [parsed.scenario], jobs, workers }).answers;
  return performance.now() - startedMs;
}

/** Replications with one thread and with two, in turns; the best of each, since machines are seldom quiet for long. */
export async function replicationsTable(
  replications: number,
  rounds: number,
  progress: (text: string) => void,
): Promise<string> {
  const best = { one: Infinity, two: Infinity };
  for (let round = 1; round <= rounds; round++) {
    best.one = Math.min(best.one, await timeOf(replications, 1));
    best.two = Math.min(best.two, await timeOf(replications, 2));
    progress(`replications, round ${round} of ${rounds}`);
  }
  const factor = best.one / best.two;
  const row = [best.one, best.two].map((ms) => `${(ms / 1000).toFixed(2)} s`).join(" | ");
  const verdict = factor >= WANTED ? "met" : "**missed**";
  return [
    `${replications} runs of 60 s with 500 calls per second, best of ${rounds} rounds in turns.`,
    "",
    "| One thread | Two threads | Faster | At least | |",
    "|--:|--:|--:|--:|---|",
    `| ${row} | ${factor.toFixed(2)}x | ${WANTED}x | ${verdict} |`,
  ].join("\n");
}
