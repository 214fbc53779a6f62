import { conserved, type RunResult } from "@breakwater/metrics";
import { checkScenario, type Scenario } from "@breakwater/scenario";
import { expect, test } from "vitest";
import { planLive } from "./plan.ts";
import { runLive } from "./run-live.ts";

const small: Scenario = {
  duration: "2s",
  drain: "2s",
  services: {
    shop: { endpoints: { view: { steps: [{ call: "stock", policy: "next" }] } } },
    stock: { instances: 2, endpoints: { list: { steps: [{ work: "2ms" }] } } },
  },
  policies: { next: { timeout: "200ms" } },
  load: { users: { kind: "open", to: "shop", rate: 40, arrivals: "constant" } },
};

function resolved(document: Scenario) {
  const outcome = checkScenario(document);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return { document, scenario: outcome.scenario };
}

async function live(document: Scenario): Promise<RunResult> {
  return await runLive({
    ...resolved(document),
    folder: process.cwd(),
    engine: "test",
    mostLateMs: 10_000,
    mostInFlight: 100,
    told: () => {},
    signal: new AbortController().signal,
  });
}

test("a crash loses what is under way; the process comes back; the books stay whole", async () => {
  const crash = { kind: "crash", service: "stock", instance: 0, at: "0.5s", for: "0.7s" } as const;
  const result = await live({ ...small, duration: "5s", faults: [crash] });
  const types = result.events.map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(["instanceCrashed", "instanceRestarted"]));
  const edge = result.edges.find(({ name }) => name === "shop -> stock");
  expect(edge?.outcomes.failed).toBeGreaterThan(0);
  expect(edge?.delivery.refused).toBeGreaterThan(0);
  expect(edge?.outcomes.ok).toBeGreaterThan(40);
  expect(conserved(result.conservation)).toBe(true);
}, 60_000);

test("an error by the proxy, and a pause, are what their names say", async () => {
  const result = await live({
    ...small,
    faults: [
      { kind: "error", service: "stock", from: "shop", at: "0.3s", for: "0.4s" },
      { kind: "pause", service: "stock", at: "1s", for: "0.5s" },
    ],
  });
  const edge = result.edges.find(({ name }) => name === "shop -> stock");
  expect(edge?.outcomes.failed).toBeGreaterThan(5);
  expect(edge?.outcomes.timedOut).toBeGreaterThan(3);
  expect(result.faults.map(({ kind, struck }) => [kind, struck > 0])).toEqual([
    ["error", true],
    ["pause", true],
  ]);
  expect(conserved(result.conservation)).toBe(true);
}, 60_000);

test("the plan names what a live run does otherwise", () => {
  const { scenario } = resolved({
    ...small,
    semantics: { breakerScope: "edge", backoffFrom: "attemptStart" },
  });
  const plan = planLive(scenario);
  expect(plan.instances.map(({ name }) => name)).toEqual(["stock[0]", "stock[1]", "shop"]);
  expect(plan.links.map(({ name }) => name)).toEqual([
    "users -> shop",
    "shop -> stock[0]",
    "shop -> stock[1]",
  ]);
  expect(plan.notes.join("\n")).toContain("backoffFrom");
});
