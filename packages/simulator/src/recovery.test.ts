import { describe, expect, test } from "vitest";
import { play, service } from "../test-support/timeline.ts";

const services = { shop: service([{ work: 1 }], { workers: 1000 }) };
const window = { kind: "consecutive", failures: 2 } as const;

const changes = (result: ReturnType<typeof play>): string[] =>
  result.events
    .filter(({ type }) => type.startsWith("circuit"))
    .map(({ atMs, type, reason }) => `${atMs} ${type}: ${reason}`);

describe("a circuit breaker", () => {
  test("that recovers in steps is half-open once, and lets a share of the calls out", () => {
    const recovery = { steps: [0.1, 1], stepFor: 50 };
    const policy = { circuitBreaker: { window, openFor: 50, recovery } };
    const faults = [{ kind: "error", service: "shop", at: 20, for: 20 } as const];
    const result = play({ services, count: 300, policy, faults });
    expect(changes(result)).toEqual([
      "22 circuitOpened: 2 failures in a row",
      "72 circuitHalfOpened: the open time has passed",
      "73 circuitRamped: 1 of 1 trial succeeded",
      "123 circuitRamped: the step of 10 % has passed",
      "173 circuitClosed: the step of 100 % has passed",
    ]);
    const [edge] = result.edges;
    expect(edge?.circuit).toMatchObject({ opened: 1, halfOpened: 1, closed: 1, openMs: 151 });
    // 50 calls came in the step of a tenth, and 45 of them were kept back.
    const shortCircuited = edge?.series.shortCircuited.slice(73, 123);
    expect(shortCircuited?.reduce((sum, calls) => sum + calls, 0)).toBe(45);
  });

  test("that looks at hanging attempts opens while they hang, without any timeout", () => {
    const hanging = { longerThan: 10 };
    const policy = { circuitBreaker: { window, openFor: 1000, hanging } };
    const faults = [{ kind: "hang", service: "shop", at: 20, for: 80 } as const];
    const result = play({ services, count: 100, policy, faults });
    expect(changes(result)).toEqual([
      "31 circuitOpened: 2 failures in a row; the latest has been out for 10ms",
    ]);
    expect(result.endToEnd.outcomes.ok).toBe(31);
  });
});
