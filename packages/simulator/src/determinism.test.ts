import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import type { RunResult } from "@breakwater/metrics";
import {
  homepage,
  parseScenario,
  type ResolvedScenario,
  retryStorm,
  type Scenario,
  slowShipment,
} from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { runScenario } from "./run.ts";

const root = resolve(import.meta.dirname, "../../..");

function resolved(scenario: Scenario): ResolvedScenario {
  const parsed = parseScenario(JSON.stringify(scenario), "json");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

function json(scenario: Scenario): string {
  return JSON.stringify(runScenario(resolved(scenario)));
}

const protectedHomepage = homepage({
  pace: "calibrated",
  fault: "slow",
  timeout: 0.5,
  circuitBreakers: true,
  retries: true,
});

/** Faults of every kind, random work, backoff with jitter, two breakers: everything that draws. */
const busy: Scenario = {
  name: "busy",
  seed: 42,
  duration: "20s",
  services: {
    front: {
      instances: 2,
      workers: 20,
      endpoints: {
        page: {
          steps: [
            { work: { kind: "lognormal", mean: "5ms", sigma: 1 } },
            {
              parallel: [
                { call: "left", policy: "careful" },
                { call: "right", optional: true },
              ],
            },
          ],
        },
      },
    },
    left: {
      workers: 4,
      endpoints: { get: { steps: [{ work: { kind: "exponential", mean: "10ms" } }] } },
    },
    right: {
      endpoints: {
        get: { errorRate: 0.1, steps: [{ work: { kind: "erlang", mean: "8ms", shape: 3 } }] },
      },
    },
  },
  policies: {
    careful: {
      idempotent: true,
      deadline: "900ms",
      timeout: "100ms",
      retry: { attempts: 3, backoff: { base: "20ms", cap: "200ms" } },
      circuitBreaker: { window: { kind: "time", size: "2s" }, minimumCalls: 10, openFor: "1s" },
      fallback: { value: null },
    },
  },
  load: {
    visitors: {
      kind: "open",
      to: "front",
      rate: 150,
      network: { latency: { kind: "exponential", mean: "3ms" } },
    },
  },
  faults: [
    { kind: "latency", service: "left", at: "2s", for: "3s", multiply: 8, share: 0.7 },
    { kind: "error", service: "right", at: "4s", for: "2s", share: 0.5 },
    { kind: "crash", service: "left", at: "7s", for: "1s" },
    { kind: "pause", service: "front", instance: 1, at: "9s", for: "1s" },
    { kind: "capacity", service: "left", at: "11s", for: "2s", lose: 0.5 },
    { kind: "partition", service: "right", at: "14s", for: "1s", requests: "redelivered" },
    { kind: "hang", service: "left", at: "16s", for: "500ms", share: 0.2 },
    { kind: "refused", service: "right", at: "18s", for: "1s", share: 0.3 },
  ],
};

const SCENARIOS: readonly (readonly [string, Scenario])[] = [
  ["homepage", protectedHomepage],
  ["busy", busy],
  ["retail", slowShipment()],
  ["retry storm", retryStorm({ duration: "60s" })],
];

function inAnotherProcess(scenario: Scenario, flags: readonly string[], script: string): string {
  const text = JSON.stringify(resolved(scenario), (_, value) =>
    value === Number.POSITIVE_INFINITY ? "Infinity" : value,
  );
  return execFileSync(
    process.execPath,
    ["--conditions=breakwater-source", "--no-warnings", ...flags, script],
    { cwd: root, input: text, encoding: "utf8", maxBuffer: 1 << 28 },
  );
}

describe.each(SCENARIOS)("%s", (_name, scenario) => {
  test("is the same twice in one process", () => {
    const [first, second] = [json(scenario), json(scenario)];
    expect(first === second).toBe(true);
  });

  test("is the same in another process", () => {
    const script = "scripts/run-resolved.ts";
    expect(inAnotherProcess(scenario, [], script) === json(scenario)).toBe(true);
  });

  test("is the same in a context without time, randomness or anything else ambient", () => {
    const script = "scripts/bare-context.ts";
    const flags = ["--experimental-vm-modules"];
    expect(inAnotherProcess(scenario, flags, script) === json(scenario)).toBe(true);
  });

  test("is another run with another seed", () => {
    const other = { ...scenario, seed: 77 };
    const [a, b] = [scenario, other].map((each) => runScenario(resolved(each)));
    expect(JSON.stringify(a?.endToEnd)).not.toBe(JSON.stringify(b?.endToEnd));
  });
});

/** Everything that is counted or measured, without the words. */
function numbers({ edges, ...rest }: RunResult): string {
  return JSON.stringify({ ...rest, edges: edges.map((edge) => ({ ...edge, policy: "" })) });
}

describe("common random numbers", () => {
  test("a policy that no call uses changes no byte", () => {
    const unused = { retry: { attempts: 9 }, idempotent: true, timeout: "1ms" };
    const more = { ...busy, policies: { ...busy.policies, unused } };
    expect(json(more) === json(busy)).toBe(true);
  });

  test("a knob that no call reaches changes no number", () => {
    const scenario = (failures: number): Scenario => {
      const calm = homepage({ pace: "fast", fault: "none", circuitBreakers: true, duration: "5s" });
      const window = { kind: "consecutive", failures } as const;
      const policies = Object.fromEntries(
        Object.entries(calm.policies ?? {}).map(([name, policy]) => [
          name,
          policy.circuitBreaker === undefined
            ? policy
            : { ...policy, circuitBreaker: { ...policy.circuitBreaker, window } },
        ]),
      );
      return { ...calm, policies };
    };
    const [few, many] = [5, 500].map((failures) => runScenario(resolved(scenario(failures))));
    expect(numbers(few as RunResult)).toBe(numbers(many as RunResult));
  });

  test("a service that nobody calls changes nothing for the others", () => {
    const work = { kind: "exponential", mean: "50ms" } as const;
    const idle = { workers: 3, endpoints: { get: { steps: [{ work }] } } };
    const before = runScenario(resolved(busy));
    const after = runScenario(resolved({ ...busy, services: { aside: idle, ...busy.services } }));
    const others = after.services.filter(({ name }) => name !== "aside");
    expect(JSON.stringify(others)).toBe(JSON.stringify(before.services));
    expect(JSON.stringify(after.edges)).toBe(JSON.stringify(before.edges));
  });

  test("another load leaves the first one's customers as they were", () => {
    const second = { kind: "open", to: "right", rate: 20 } as const;
    const calm = { ...busy, faults: [] };
    const more = { ...calm, load: { ...calm.load, second } };
    const [before, after] = [calm, more].map((each) => runScenario(resolved(each)));
    expect(after?.edges[0]?.series.calls).toEqual(before?.edges[0]?.series.calls);
  });

  test("with another policy the same customers come at the same times", () => {
    const bare = { ...busy, policies: { careful: { timeout: "50ms" } } };
    const [before, after] = [busy, bare].map((each) => runScenario(resolved(each)));
    expect(after?.endToEnd.series.calls).toEqual(before?.endToEnd.series.calls);
    expect(after?.endToEnd.outcomes).not.toEqual(before?.endToEnd.outcomes);
  });
});
