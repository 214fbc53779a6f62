import { describe, expect, test } from "vitest";
import type { RunEvent } from "../result.ts";
import type { EdgePlan, ResultPlan } from "../testing/index.ts";
import { at, call, levels, told, users } from "../testing/told.ts";

describe("circuit breakers", () => {
  const name = "homepage -> recommendations";
  const opened = Array.from({ length: 8 }, (_, i) =>
    at(1000 + i * 10, "circuitOpened", name, `worker ${i}`, "5 failures in a row"),
  );
  const plan = (circuit: EdgePlan["circuit"], events: RunEvent[]): ResultPlan => ({
    faults: [{ kind: "latency", target: "recommendations" }],
    edges: [
      users({ ok: 100 }, { degradedBelow: 3000 }),
      call(
        { timedOut: [20, 20], shortCircuited: levels([2, 80], [28, 100]) },
        { ...(circuit === undefined ? {} : { circuit }) },
      ),
    ],
    services: [{ name: "homepage" }, { name: "recommendations" }],
    events,
  });

  test("that rescue a run", () => {
    const circuit = { breakers: 8, opened: 8, openMs: 232_000, attemptsUntilAllOpen: 40, open: 8 };
    const { headline, sentences } = told(plan(circuit, opened));
    expect(headline).toBe(
      "All 8 circuit breakers of homepage -> recommendations were open after 40 attempts and kept 2,960 of 3,000 calls from going out. All 3,000 calls were answered, all degraded.",
    );
    expect(sentences).toContainEqual({
      atMs: 1000,
      text: `The first of 8 circuit breakers of ${name} opened: 5 failures in a row.`,
    });
    expect(sentences).toContainEqual({
      atMs: 1070,
      text: `All 8 circuit breakers of ${name} were open after 40 attempts.`,
    });
    expect(sentences).toContainEqual({
      atMs: null,
      text: `8 of 8 circuit breakers of ${name} were not closed when the run ended.`,
    });
    expect(sentences).toContainEqual({
      atMs: null,
      text: `Circuit breaking on ${name}: opened 8 times, away from closed for 232 s (all breakers added up) and kept 2,960 calls from going out.`,
    });
  });

  test("that close again", () => {
    const circuit = { opened: 2, closed: 1, openMs: 9000, open: levels([20, 1]) };
    const { headline, sentences } = told(
      plan(circuit, [at(1000, "circuitOpened", name), at(20_000, "circuitClosed", name)]),
    );
    expect(headline).toBe(
      `A fault struck: recommendations answered slowly all the time. Circuits opened (${name}), and all 3,000 calls were answered, all degraded.`,
    );
    expect(sentences).toContainEqual({
      atMs: 1000,
      text: `The circuit breaker of ${name} opened.`,
    });
    expect(sentences).toContainEqual({
      atMs: 20_000,
      text: `The circuit breaker of ${name} was closed again.`,
    });
  });
});
