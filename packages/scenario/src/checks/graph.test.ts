import type { Problem } from "@breakwater/policy";
import { describe, expect, test } from "vitest";
import { checkScenario } from "../document/check.ts";
import type { Scenario } from "../types/scenario.ts";

function problemsOf(value: unknown): readonly Problem[] {
  const outcome = checkScenario(value);
  return outcome.ok ? [] : outcome.problems;
}

describe("cycles", () => {
  const chain = (...calls: [string, string, number?][]): Scenario => ({
    duration: "1s",
    services: Object.fromEntries(
      calls.map(([name, call, maxDepth]) => [
        name,
        { endpoints: { go: { steps: [{ call, ...(maxDepth ? { maxDepth } : {}) }] } } },
      ]),
    ),
    load: { users: { kind: "open", to: calls[0]?.[0] ?? "", rate: 1 } },
  });

  test("are named by the services on them", () => {
    const [problem, ...more] = problemsOf(chain(["order", "payment"], ["payment", "order"]));
    expect(problem?.message).toBe("the calls go round in a circle: order -> payment -> order");
    expect(problem?.path).toBe("services.payment.endpoints.go.steps[0].call");
    expect(more).toEqual([]);
    expect(problemsOf(chain(["a", "a"]))[0]?.message).toContain("a -> a");
  });

  test("end when one call of each has a maxDepth", () => {
    expect(problemsOf(chain(["order", "payment"], ["payment", "order", 4]))).toEqual([]);
  });

  test("of two thousand services overflow nothing", () => {
    const calls = Array.from({ length: 2000 }, (_, index): [string, string] => [
      `s${index}`,
      `s${(index + 1) % 2000}`,
    ]);
    expect(problemsOf(chain(...calls)).map((problem) => problem.path)).toEqual([
      "services.s1999.endpoints.go.steps[0].call",
    ]);
  });

  test("are none where a service is called back on another endpoint", () => {
    const services = {
      a: { endpoints: { in: { steps: [{ call: "b" }] }, back: { steps: [] } } },
      b: { endpoints: { go: { steps: [{ call: "a", endpoint: "back" }] } } },
    };
    const load = { users: { kind: "open", to: "a", endpoint: "in", rate: 1 } };
    expect(problemsOf({ duration: "1s", services, load })).toEqual([]);
  });
});

describe("fan-out", () => {
  const layers = (count: number): Scenario => ({
    duration: "1s",
    services: Object.fromEntries(
      Array.from({ length: count }, (_, index) => {
        const call = `s${index + 1}`;
        const steps = index < count - 1 ? [{ parallel: [{ call }, { call }] }] : [];
        return [`s${index}`, { endpoints: { go: { steps } } }];
      }),
    ),
    load: { users: { kind: "open", to: "s0", rate: 1 } },
  });

  test("two calls per layer are 2^n - 1 requests in all", () => {
    expect(problemsOf(layers(13))).toEqual([]);
    expect(problemsOf(layers(14)).map(({ path, message }) => [path, message])).toEqual([
      ["load.users.to", "one request becomes 16383 requests on its way through the services"],
    ]);
    expect(problemsOf(layers(500))).toHaveLength(1);
  });

  test("a cycle with a depth counts as many layers as its depth", () => {
    const again = (maxDepth: number): Scenario => {
      const step = { call: "a", maxDepth };
      return {
        duration: "1s",
        services: { a: { endpoints: { go: { steps: [step, step] } } } },
        load: { users: { kind: "open", to: "a", rate: 1 } },
      };
    };
    expect(problemsOf(again(13))).toEqual([]);
    expect(problemsOf(again(14))[0]?.message).toContain("16383");
    expect(problemsOf(again(100))).toHaveLength(1);
  });
});
