import { type PolicyOptions, resolvePolicy } from "@breakwater/policy";
import { describe, expect, test } from "vitest";
import { checkScenario } from "../document/check.ts";
import type { Scenario } from "../types/scenario.ts";
import { catalogue, findScenario } from "./catalogue.ts";
import { homepage, homepagePolicies } from "./homepage.ts";
import { homepageLadder } from "./homepage-ladder.ts";
import { independentFailures } from "./independent-failures.ts";
import { retryStorm } from "./retry-storm.ts";

function resolved(scenario: Scenario) {
  const outcome = checkScenario(scenario);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.scenario;
}

test.each(catalogue)("$name is a valid scenario with objectives", ({ scenario, title, about }) => {
  expect(resolved(scenario).objectives.length).toBeGreaterThan(0);
  expect(title).not.toBe("");
  expect(about).not.toBe("");
});

test.each(catalogue)("$name: its policies mean the same before and after", ({ scenario }) => {
  const calls = resolved(scenario).services.flatMap((service) =>
    service.endpoints.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === "call" ? [step.call] : [])),
    ),
  );
  for (const { policyName, policy } of calls) {
    const before = scenario.policies?.[policyName];
    expect(policy === undefined).toBe(before === undefined);
    if (policy === undefined) continue;
    expect(resolvePolicy(policy as PolicyOptions)).toEqual(resolvePolicy(before as PolicyOptions));
  }
});

test("names are unique", () => {
  expect(new Set(catalogue.map((entry) => entry.name)).size).toBe(catalogue.length);
});

describe("findScenario", () => {
  test.each([
    ["homepage/outage", "homepage/outage"],
    ["outage", "homepage/outage"],
    ["outage-fast", "homepage/outage-fast"],
    ["slow-shipment", "retail/slow-shipment"],
    ["retry-storm", "retry-storm"],
  ])("%s", (word, name) => {
    const found = findScenario(word);
    expect(found.ok && found.entry.name).toBe(name);
  });

  test.each([
    ["outtage", "homepage/outage"],
    ["homepage/outgae", "homepage/outage"],
    ["retry", "retry-storm"],
    ["homepage", "homepage/ideal"],
  ])("%s is not known; %s is offered", (word, offered) => {
    const found = findScenario(word);
    expect(!found.ok && found.nearest).toContain(offered);
  });

  test("nothing is offered for what is like nothing", () => {
    expect(findScenario("xyzzy")).toEqual({ ok: false, nearest: [] });
    expect(findScenario("")).toEqual({ ok: false, nearest: [] });
  });
});

describe("the homepage system", () => {
  test.each([
    ["fast", 30, 10],
    ["calibrated", 1000, 450],
  ] as const)("%s: a page takes %d ms, recommendations %d ms of it", (pace, page, part) => {
    const { services } = resolved(homepage({ pace, fault: "none" }));
    const total = (name: string): number => {
      const steps = services.find((service) => service.name === name)?.endpoints[0]?.steps ?? [];
      return steps.reduce((sum, step) => {
        if (step.kind === "work")
          return sum + (step.work.kind === "constant" ? step.work.value : NaN);
        return step.kind === "call" ? sum + total(step.call.service) : NaN;
      }, 0);
    };
    expect(total("homepage")).toBe(page);
    expect(total("recommendations")).toBe(part);
    expect(services.map((service) => service.workers)).toEqual([8, 8, 8, 8]);
  });

  test("the switches make the policies", () => {
    expect(homepagePolicies()).toEqual({
      authentication: { timeout: "60s" },
      recommendations: { idempotent: true, timeout: "60s", fallback: { value: [] } },
      "popular-items": { idempotent: true, timeout: "60s" },
      "recommendations-authentication": { timeout: "60s" },
    });
    const all = homepagePolicies({ timeout: 0.5, retries: true, circuitBreakers: true });
    expect(all.authentication).toEqual({
      timeout: "500ms",
      circuitBreaker: {
        window: { kind: "consecutive", failures: 5 },
        openFor: "30s",
        halfOpen: { trials: 1 },
      },
    });
    expect(all.recommendations?.retry?.attempts).toBe(4);
    expect(all["popular-items"]?.retry?.backoff?.base).toBe(0);
    expect(all["recommendations-authentication"]).toEqual({ timeout: "500ms" });
  });

  test.each(["fast", "calibrated"] as const)("the ladder at %s pace has 13 valid runs", (pace) => {
    const ladder = homepageLadder(pace);
    expect(ladder.map((run) => run.name)[0]).toBe("baseline");
    expect(ladder).toHaveLength(13);
    expect(new Set(ladder.map((run) => JSON.stringify({ ...run.scenario, name: "" }))).size).toBe(
      13,
    );
    for (const { scenario } of ladder) expect(resolved(scenario).durationMs).toBe(30_000);
    expect(ladder.filter((run) => run.published === undefined)).toHaveLength(3);
  });
});

test("published models take their parameters", () => {
  const storm = resolved(retryStorm({ rate: 140, attempts: 3, duration: "60s", seed: 7 }));
  expect(storm).toMatchObject({ seed: 7, durationMs: 60_000, drainMs: 0 });
  expect(storm.load[0]).toMatchObject({
    source: { rate: 140 },
    call: { policy: { timeout: 1000 } },
  });
  expect(storm.load[0]?.call.policy?.retry?.attempts).toBe(3);
  const failing = resolved(independentFailures({ errorRate: 0.5, attempts: 1 }));
  expect(failing.services[0]?.endpoints[0]?.errorRate).toBe(0.5);
});
