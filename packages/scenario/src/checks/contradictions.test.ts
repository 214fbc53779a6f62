import type { Problem } from "@breakwater/policy";
import { describe, expect, test } from "vitest";
import { checkScenario } from "../document/check.ts";
import type { Fault } from "../types/fault.ts";
import type { Load } from "../types/load.ts";
import type { Objective } from "../types/objective.ts";
import type { PolicyData } from "../types/policy.ts";
import type { Scenario } from "../types/scenario.ts";
import type { CallStep } from "../types/step.ts";

/** Two services, one of them with two endpoints, and one load. */
function shop(change: Partial<Scenario> = {}): Scenario {
  return {
    duration: "30s",
    services: {
      order: { endpoints: { create: { steps: [{ call: "payment", endpoint: "pay" }] } } },
      payment: { instances: 2, endpoints: { pay: { steps: [] }, refund: { steps: [] } } },
    },
    load: { customers: { kind: "open", to: "order", rate: 10 } },
    ...change,
  };
}

function calling(step: CallStep): Scenario {
  const { payment } = shop().services;
  const order = { endpoints: { create: { steps: [step] } } };
  return shop({ services: { order, payment: payment ?? order } });
}

const faulty = (fault: Fault) => shop({ faults: [fault] });
const aiming = (objective: Objective) => shop({ objectives: [objective] });
const loaded = (load: Partial<Load> & { kind: "open" | "closed" }): Scenario =>
  shop({ load: { customers: { to: "order", rate: 10, ...load } as Load } });

function problemsOf(value: unknown): readonly Problem[] {
  const outcome = checkScenario(value);
  return outcome.ok ? [] : outcome.problems;
}

describe("what is wrong is told at its place, with what is allowed and a fix", () => {
  test("nothing is wrong with the shop itself", () => expect(problemsOf(shop())).toEqual([]));

  const step = "services.order.endpoints.create.steps[0]";
  test.each<[string, Scenario, string, string]>([
    ["service", calling({ call: "paiment" }), `${step}.call`, 'write "payment"'],
    [
      "endpoint",
      calling({ call: "payment", endpoint: "pya" }),
      `${step}.endpoint`,
      'write "pay" instead of "pya"',
    ],
    ["endpoint left out", calling({ call: "payment" }), `${step}.endpoint`, "add endpoint: pay"],
    [
      "policy",
      calling({ call: "payment", endpoint: "pay", policy: "fast" }),
      `${step}.policy`,
      'add a policy named "fast"',
    ],
    ["a load's target", loaded({ kind: "open", to: "ordre" }), "load.customers.to", '"order"'],
    [
      "a fault's service",
      faulty({ kind: "hang", service: "shipment" }),
      "faults[0].service",
      "use one of the allowed names",
    ],
    [
      "a fault's endpoint",
      faulty({ kind: "hang", service: "payment", endpoint: "refnd" }),
      "faults[0].endpoint",
      '"refund"',
    ],
    [
      "a fault's origin",
      faulty({ kind: "hang", service: "payment", from: "custmers" }),
      "faults[0].from",
      '"customers"',
    ],
    [
      "an origin that does not call the target",
      faulty({ kind: "hang", service: "payment", from: "customers" }),
      "faults[0].from",
      "name one of the callers",
    ],
    [
      "a fault's instance",
      faulty({ kind: "crash", service: "payment", instance: 2 }),
      "faults[0].instance",
      "choose an instance",
    ],
    [
      "a fault after the end",
      faulty({ kind: "crash", service: "payment", at: "30s" }),
      "faults[0].at",
      "begin earlier",
    ],
    ["latency of nothing", faulty({ kind: "latency", service: "payment" }), "faults[0]", "add: 1s"],
    [
      "negative stretching",
      faulty({ kind: "latency", service: "payment", multiply: -1 }),
      "faults[0].multiply",
      "write a number",
    ],
    [
      "a crash of one endpoint",
      faulty({ kind: "crash", service: "payment", endpoint: "pay" }),
      "faults[0].endpoint",
      "remove endpoint",
    ],
    [
      "a pause for one caller",
      faulty({ kind: "pause", service: "payment", from: "order" }),
      "faults[0].from",
      "remove from",
    ],
    [
      "a crash of a share",
      faulty({ kind: "crash", service: "payment", share: 0.5 }),
      "faults[0].share",
      "choose an instance",
    ],
    [
      "capacity lost by a share of the requests",
      faulty({ kind: "capacity", service: "payment", lose: 0.5, share: 0.5 }),
      "faults[0].share",
      "lose says how many",
    ],
    [
      "capacity lost: all and more",
      faulty({ kind: "capacity", service: "payment", lose: 1.5 }),
      "faults[0].lose",
      "write a number",
    ],
    [
      "capacity lost: none",
      faulty({ kind: "capacity", service: "payment", lose: 0 }),
      "faults[0].lose",
      "write a number",
    ],
    ["no bound", aiming({ metric: "okRate" }), "objectives[0]", "add atLeast or atMost"],
    [
      "two bounds",
      aiming({ metric: "okRate", atLeast: 0.5, atMost: 0.9 }),
      "objectives[0]",
      "two objectives",
    ],
    [
      "a duration for a share",
      aiming({ metric: "okRate", atLeast: "5s" }),
      "objectives[0].atLeast",
      "write a number",
    ],
    [
      "a word for a duration",
      aiming({ metric: "latency", atMost: "fast" }),
      "objectives[0].atMost",
      "write a duration",
    ],
    [
      "a percentile where there is none",
      aiming({ metric: "okRate", atLeast: 0.5, percentile: 99 }),
      "objectives[0].percentile",
      "remove it",
    ],
    [
      "a load that ends before it starts",
      loaded({ kind: "open", start: "20s", end: "10s" }),
      "load.customers.start",
      "begin before it ends",
    ],
    [
      "a load that outlasts the run",
      loaded({ kind: "open", end: "31s" }),
      "load.customers.end",
      "end the load earlier",
    ],
    [
      "steps out of order",
      loaded({
        kind: "open",
        shape: {
          kind: "steps",
          steps: [
            { at: "2s", factor: 2 },
            { at: "1s", factor: 1 },
          ],
        },
      }),
      "load.customers.shape.steps[1].at",
      "in order of time",
    ],
    [
      "a peak that is too high",
      loaded({ kind: "open", rate: 500_000, shape: { kind: "ramp", to: 3, over: "1s" } }),
      "load.customers.shape",
      "lower the factor",
    ],
    [
      "a load named as a service",
      shop({ load: { order: { kind: "open", to: "order", rate: 1 } } }),
      "load.order",
      "order-users",
    ],
    [
      "uniform upside down",
      faulty({
        kind: "latency",
        service: "payment",
        add: { kind: "mixture", of: [{ weight: 1, value: { kind: "uniform", min: 2, max: 1 } }] },
      }),
      "faults[0].add.of[0].value.min",
      "swap",
    ],
    [
      "too many requests",
      { ...loaded({ kind: "open", rate: 1e6 }), duration: "101s" },
      "load",
      "lower",
    ],
    ["a run that is too long", shop({ duration: "29d", drain: "2d" }), "duration", "shorten"],
    ["too many buckets", shop({ duration: "1h", bucket: "1ms" }), "bucket", "wider"],
    [
      "too much rate",
      loaded({ kind: "open", rate: 1_000_001 }),
      "load.customers.rate",
      "write a number",
    ],
    [
      "too many users",
      loaded({ kind: "closed", users: 100_001 }),
      "load.customers.users",
      "write a number",
    ],
  ])("%s", (_, scenario, path, fix) => {
    const raw = JSON.parse(JSON.stringify(scenario));
    if (scenario.load.customers?.kind === "closed") delete raw.load.customers.rate;
    const problems = problemsOf(raw);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.fix).toContain(fix);
    expect(problems[0]?.allowed).not.toBe("");
    expect(problems[0]?.message).not.toBe("");
  });

  test.each<[string, PolicyData, string]>([
    ["a retry of something that may not be done twice", { retry: { attempts: 2 } }, "retry"],
    ["a timeout longer than the deadline", { timeout: "2s", deadline: "1s" }, "timeout"],
    [
      "a first delay longer than the longest one by default",
      { idempotent: true, retry: { attempts: 2, backoff: { base: "20s" } } },
      "retry.backoff.base",
    ],
  ])("%s: in a named policy and in one written in place", (_, policy, key) => {
    expect(problemsOf(shop({ policies: { mine: policy } }))[0]?.path).toBe(`policies.mine.${key}`);
    const inPlace = calling({ call: "payment", endpoint: "pay", policy });
    expect(problemsOf(inPlace)[0]?.path).toBe(`${step}.policy.${key}`);
  });

  test("a fallback is a value here, never a function", () => {
    const policies = { mine: { fallback: () => 1 } };
    expect(problemsOf({ ...shop(), policies })[0]?.path).toBe("policies.mine.fallback");
  });
});

describe("sizes", () => {
  test("too many services, too deep steps", () => {
    const one = { endpoints: { go: { steps: [] } } };
    const services = Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`s${i}`, one]));
    expect(problemsOf(shop({ services }))[0]?.message).toBe("has too many entries: 2001");
    let steps: Scenario["services"][string]["endpoints"][string]["steps"] = [{ work: 1 }];
    for (let level = 0; level < 24; level++) steps = [{ parallel: steps }];
    const deep = shop({ services: { order: { endpoints: { create: { steps } } } } });
    expect(problemsOf(deep)[0]?.allowed).toBe("at most 24 levels of steps");
  });
});

describe("what narrows a fault down", () => {
  const narrowed = { service: "payment", endpoint: "pay", from: "order", share: 0.5 } as const;

  test.each(["latency", "error", "refused", "hang", "partition"] as const)("fits %s", (kind) => {
    const effect = kind === "latency" ? { add: "1s" } : {};
    expect(problemsOf(faulty({ kind, ...narrowed, ...effect } as Fault))).toEqual([]);
  });

  test.each(["crash", "pause", "capacity"] as const)("does not fit %s", (kind) => {
    const effect = kind === "capacity" ? { lose: 0.5 } : {};
    const problems = problemsOf(faulty({ kind, ...narrowed, ...effect } as Fault));
    const wrong = problems.map(({ path, value }) => [path, value]);
    expect(wrong).toEqual([
      ["faults[0].endpoint", "pay"],
      ["faults[0].from", "order"],
      ["faults[0].share", 0.5],
    ]);
    for (const { message } of problems) expect(message).toContain(`a ${kind} fault strikes whole`);
  });

  test.each(["crash", "pause"] as const)("%s takes the share that is the default", (kind) => {
    expect(problemsOf(faulty({ kind, service: "payment", instance: 1, share: 1 }))).toEqual([]);
  });
});
