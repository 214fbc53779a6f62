import type { Balancer, Fault, HealthChecks } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { edgeOf, outcomes, play, service } from "../../../test-support/timeline.ts";

const health: HealthChecks = { interval: 10, timeout: 5, unhealthyAfter: 2, healthyAfter: 2 };

function events(faults: Fault[], balancer: Balancer = {}, calls: readonly number[] = [0, 100]) {
  const shop = service([{ work: 1 }], { instances: 2, balancer, health });
  const result = play({ services: { shop }, calls, faults });
  return result.events
    .filter(({ type }) => /^instance(Unh|H|E|Ret)/.test(type))
    .map(({ atMs, type, part, reason }) => `${atMs} ${type} ${part}: ${reason}`);
}

describe("the state of an instance", () => {
  test("a crashed one is out after two checks, and in again after two", () => {
    expect(events([{ kind: "crash", service: "shop", instance: 0, at: 15, for: 30 }])).toEqual([
      "30 instanceUnhealthy instance 0: 2 failed checks in a row",
      "60 instanceHealthy instance 0: 2 good checks in a row",
    ]);
  });
  test("a paused one does not answer in time", () => {
    expect(events([{ kind: "pause", service: "shop", instance: 1, at: 15, for: 33 }])).toEqual([
      "35 instanceUnhealthy instance 1: 2 failed checks in a row",
      "60 instanceHealthy instance 1: 2 good checks in a row",
    ]);
  });
  test("a short pause is not noticed", () => {
    expect(events([{ kind: "pause", service: "shop", instance: 1, at: 19, for: 3 }])).toEqual([]);
  });
});

test("calls go round an instance that is out, and are refused only until it is", () => {
  const shop = service([{ work: 1 }], { instances: 2, health });
  const crash: Fault = { kind: "crash", service: "shop", instance: 0, at: 15 };
  const result = play({ services: { shop }, calls: [16, 17, 31, 32, 33, 34], faults: [crash] });
  expect(outcomes(result)).toEqual(["16 failed", "18 ok", "32 ok", "33 ok", "34 ok", "35 ok"]);
});

describe("a check that asks an endpoint which needs another service", () => {
  // The page needs no store, but the check does: the store's outage takes all shops out.
  const of = (panic: number) => {
    const shop = {
      instances: 3,
      balancer: { panic },
      health: { ...health, endpoint: "health" },
      endpoints: {
        page: { steps: [{ work: 1 }] },
        health: { steps: [{ call: "store" }] },
      },
    };
    const store = service([{ work: 1 }]);
    const load = [5, 40, 90].map((start) => ({ start, end: start + 1 }));
    return {
      services: { shop, store },
      load,
      faults: [{ kind: "crash" as const, service: "store", at: 15, for: 40 }],
    };
  };
  const answersOf = (panic: number) => {
    const { services, faults } = of(panic);
    return play({
      services: { web: service([{ call: "shop", endpoint: "page" }]), ...services },
      calls: [5, 40, 90],
      faults,
    });
  };
  test("is an outage of the shop without a panic threshold", () => {
    expect(outcomes(answersOf(0))).toEqual(["6 ok", "40 failed", "91 ok"]);
  });
  test("is none with one: with too few in rotation, all are asked", () => {
    expect(outcomes(answersOf(0.5))).toEqual(["6 ok", "41 ok", "91 ok"]);
  });
  test("goes over an edge of its own, and counts as nobody's call", () => {
    const result = answersOf(0.5);
    expect(edgeOf(result, "health of shop -> health").calls).toBeGreaterThan(20);
    expect(result.endToEnd.calls).toBe(3);
  });
});

describe("outlier detection", () => {
  const outlierDetection = { consecutive: { failures: 3 }, baseEjection: 20, maxEjection: 20 };
  const error: Fault = { kind: "error", service: "shop", instance: 0 };
  const calls = Array.from({ length: 60 }, (_, i) => i);
  const of = (balancer: Balancer) => {
    const shop = service([{ work: 0.1 }], { instances: 2, balancer });
    return play({ services: { shop }, calls, faults: [error] });
  };
  test("takes an instance out after three failures in a row, for 20 ms each time", () => {
    const told = of({ outlierDetection, panic: 0 }).events.filter(({ type }) =>
      /Ejec|Return/.test(type),
    );
    expect(told.map(({ atMs, type }) => `${Math.round(atMs)} ${type}`).slice(0, 3)).toEqual([
      "4 instanceEjected",
      "24 instanceReturned",
      "29 instanceEjected",
    ]);
  });
  test("leaves fewer errors than without it", () => {
    const failed = (balancer: Balancer) => of(balancer).endToEnd.outcomes.failed;
    expect(failed({ kind: "roundRobin" })).toBe(30);
    expect(failed({ outlierDetection })).toBeLessThan(12);
  });
});
