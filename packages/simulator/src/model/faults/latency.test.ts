import { describe, expect, test } from "vitest";
import { answers, play, service } from "../../../test-support/timeline.ts";

const shop = service([{ work: 10 }, { work: 20 }], { workers: 1 });

describe("a latency fault", () => {
  test("that adds is more work on the same worker, so that the queue grows", () => {
    const services = { shop };
    const faults = [{ kind: "latency", service: "shop", add: 100 }] as const;
    expect(answers({ services, calls: [0, 5] })).toEqual(["30 ok", "60 ok"]);
    const slow = play({ services, calls: [0, 5], faults: [...faults] });
    expect(slow.services[0]?.busyMs).toBe(260);
    expect(slow.faults[0]?.struck).toBe(2);
    expect(answers({ services, calls: [0, 5], faults: [...faults] })).toEqual(["130 ok", "260 ok"]);
  });

  test("that multiplies stretches each work step, and adds after that unstretched", () => {
    const fault = { kind: "latency", service: "shop", multiply: 3, add: 7 } as const;
    expect(answers({ services: { shop }, faults: [fault] })).toEqual(["97 ok"]);
  });

  test("may make work shorter, or take it away", () => {
    const fault = { kind: "latency", service: "shop", multiply: 0 } as const;
    expect(answers({ services: { shop }, faults: [fault] })).toEqual(["0 ok"]);
  });

  test("with another in force has both effects", () => {
    const fault = { kind: "latency", service: "shop", multiply: 2, add: 5 } as const;
    const faults = [fault, { ...fault, name: "again" }];
    expect(answers({ services: { shop }, faults })).toEqual(["130 ok"]);
  });

  test("strikes what is taken up while it lasts: not before, not at its end", () => {
    const fault = { kind: "latency", service: "shop", add: 100, at: 10, for: 10 } as const;
    const services = { shop: service([{ work: 15 }]) };
    expect(answers({ services, calls: [9, 10, 19, 20], faults: [fault] })).toEqual([
      "24 ok",
      "35 ok",
      "125 ok",
      "134 ok",
    ]);
  });

  test("strikes a share of the requests, the same ones in every run", () => {
    const fault = { kind: "latency", service: "shop", add: 1000, share: 0.3 } as const;
    const services = { shop: service([{ work: 1 }]) };
    const result = play({ services, count: 1000, faults: [fault] });
    const slow = result.faults[0]?.struck ?? 0;
    // Four standard deviations of a binomial of 1000 with 0.3.
    expect(Math.abs(slow - 300)).toBeLessThan(58);
    expect(result.endToEnd.latency.all.sumMs).toBe(1000 + slow * 1000);
  });

  test("in flight also strikes what was taken up before, not what was over", () => {
    const services = { shop: service([{ work: 10 }, { work: 20 }]) };
    const fault = { kind: "latency", service: "shop", add: 100, multiply: 2, at: 5 } as const;
    const calls = [0, 5];
    expect(answers({ services, calls, faults: [fault] })).toEqual(["30 ok", "165 ok"]);
    // The first one's second step begins at 10, in the fault.
    const inFlight = { ...fault, strikes: "inFlight" } as const;
    expect(answers({ services, calls, faults: [inFlight] })).toEqual(["150 ok", "165 ok"]);
  });
});
