import { describe, expect, test } from "vitest";
import { answers, play, service } from "../../../test-support/timeline.ts";

describe("a hang", () => {
  const services = { shop: service([{ work: 10 }], { workers: 2 }) };
  const fault = { kind: "hang", service: "shop", at: 20, for: 80 } as const;

  test("holds what is taken up while it lasts, worker and all, and then lets it work", () => {
    const small = { services, calls: [0, 15, 20, 30, 40], faults: [fault] };
    // 15 was taken up before it; 20 and 30 hold both workers until 100; 40 waits for one of them.
    expect(answers(small)).toEqual(["10 ok", "25 ok", "110 ok x2", "120 ok"]);
    const result = play(small);
    expect(result.services[0]?.busyMs).toBe(10 + 10 + 90 + 80 + 10);
    expect(result.faults[0]?.struck).toBe(2);
  });

  test("without an end holds for ever: the run ends with requests in flight", () => {
    const forever = { kind: "hang", service: "shop" } as const;
    const policy = { timeout: 50 };
    const result = play({ services, calls: [0, 1, 2], policy, faults: [forever], drain: 1000 });
    expect(result.endToEnd.outcomes.timedOut).toBe(3);
    expect([result.services[0]?.inFlight, result.services[0]?.maxQueue]).toEqual([3, 1]);
    expect(result.drained).toBe(false);
    expect(result.conservation.every(({ balanced }) => balanced)).toBe(true);
  });

  test("for ever, and nobody gives up: nothing more can happen", () => {
    const forever = { kind: "hang", service: "shop" } as const;
    const { endToEnd, drained } = play({ services, faults: [forever] });
    expect([endToEnd.inFlight, endToEnd.attemptOutcomes.inFlight, drained]).toEqual([1, 1, false]);
  });

  test("is left when its caller leaves, where abandoned work stops", () => {
    const forever = { kind: "hang", service: "shop" } as const;
    const semantics = { abandonedWork: "stops" } as const;
    const policy = { timeout: 50 };
    const result = play({ services, policy, faults: [forever], semantics });
    expect([result.services[0]?.dropped, result.services[0]?.busyMs]).toEqual([1, 50]);
    expect(result.drained).toBe(true);
  });

  test("strikes a share of the requests", () => {
    const share = { kind: "hang", service: "shop", for: 2000, share: 0.1 } as const;
    const result = play({ services: { shop: service([]) }, count: 1000, faults: [share] });
    // Four standard deviations of a binomial of 1000 with 0.1.
    expect(Math.abs((result.faults[0]?.struck ?? 0) - 100)).toBeLessThan(38);
    expect(result.endToEnd.outcomes.ok).toBe(1000);
    expect(result.endToEnd.latency.all.counts[0]).toBe(1000 - (result.faults[0]?.struck ?? 0));
  });
});
