import { describe, expect, test } from "vitest";
import { answers, edgeOf, play, service, serviceOf } from "../../../test-support/timeline.ts";

const shop = service([{ work: 20 }], { workers: 1 });
const fault = { kind: "crash", service: "shop", at: 30, for: 50 } as const;

describe("a crash", () => {
  test("loses what is in work and in the queue; callers see errors at once; refuses until it restarts", () => {
    const small = { services: { shop }, calls: [0, 15, 16, 17, 40, 79, 80], faults: [fault] };
    expect(answers(small)).toEqual(["20 ok", "30 failed x3", "40 failed", "79 failed", "100 ok"]);
    const result = play(small);
    const { arrived, ok, lost, busyMs } = serviceOf(result, "shop");
    expect({ arrived, ok, lost, busyMs }).toEqual({ arrived: 5, ok: 2, lost: 3, busyMs: 50 });
    expect(result.endToEnd.delivery.refused).toBe(2);
    expect(result.events.map(({ atMs, type }) => `${atMs} ${type}`)).toEqual([
      "30 faultStarted",
      "30 instanceCrashed",
      "80 instanceRestarted",
      "80 faultEnded",
      "81 loadEnded",
    ]);
  });

  test("without an end is never over", () => {
    const forever = { kind: "crash", service: "shop", at: 30 } as const;
    expect(answers({ services: { shop }, calls: [20, 500], faults: [forever] })).toEqual([
      "30 failed",
      "500 failed",
    ]);
  });

  test("loses a request that arrives while it is down though it set out before", () => {
    const front = service([{ call: "shop", network: { latency: 8 } }]);
    const result = play({ services: { front, shop }, calls: [25], faults: [fault] });
    // Sent at 25, there at 33, the broken connection is back at 41.
    expect(result.endToEnd.latency.all.maxMs).toBe(16);
    expect([serviceOf(result, "shop").lost, result.endToEnd.outcomes.failed]).toEqual([1, 1]);
  });

  test("that overlaps another keeps the instance down until both are over", () => {
    const second = { kind: "crash", service: "shop", at: 50, for: 100, name: "second" } as const;
    const small = { services: { shop }, calls: [100, 149, 150], faults: [fault, second] };
    expect(answers(small)).toEqual(["100 failed", "149 failed", "170 ok"]);
    const restarts = play(small).events.filter(({ type }) => type === "instanceRestarted");
    expect(restarts.map(({ atMs }) => atMs)).toEqual([150]);
  });

  test("of a caller leaves its limits behind: a new process starts with a full allowance", () => {
    const rateLimiter = { limit: 2, per: "10s" } as const;
    const front = service([{ call: "shop", policy: { rateLimiter } }]);
    const calls = [0, 1, 2, 90, 91, 92];
    const dies = { ...fault, service: "front" };
    const refusedOf = (faults: (typeof dies)[]) => {
      const result = play({ services: { front, shop }, calls, faults });
      return edgeOf(result, "front -> shop").outcomes.rejected;
    };
    expect([refusedOf([]), refusedOf([dies])]).toEqual([4, 2]);
  });

  test("strikes one instance only, where it names one", () => {
    const services = { shop: { ...shop, instances: 2 } };
    const one = { ...fault, instance: 1 };
    // Calls go to the instances in turn: 0, 1, 0, 1.
    expect(answers({ services, calls: [25, 26, 50, 51], faults: [one] })).toEqual([
      "30 failed",
      "45 ok",
      "51 failed",
      "70 ok",
    ]);
  });
});

describe("the crash of a caller", () => {
  const policies = {
    circuitBreaker: { window: { kind: "consecutive", failures: 1 }, openFor: "10s" },
  } as const;
  const guarded = service([{ call: "back", policy: policies }]);

  test("cancels its calls: the dependency works for nobody", () => {
    const back = service([{ work: 100 }]);
    const services = { front: service([{ call: "back" }]), back };
    const result = play({ services, faults: [{ kind: "crash", service: "front", at: 30 }] });
    const edge = edgeOf(result, "front -> back");
    expect([edge.outcomes.cancelled, edge.attemptOutcomes.cancelled, edge.lateAnswers]).toEqual([
      1, 1, 1,
    ]);
    expect([serviceOf(result, "back").wasted, serviceOf(result, "back").wastedMs]).toEqual([
      1, 100,
    ]);
    expect([result.endedAtMs, result.drained]).toEqual([100, true]);
  });

  test("ends the calls of a call: where work stops, the whole chain is over at once", () => {
    const chain = {
      front: service([{ call: "middle" }]),
      middle: service([{ call: "back" }]),
      back: service([{ work: 100 }]),
    };
    const semantics = { abandonedWork: "stops" } as const;
    const faults = [{ kind: "crash", service: "front", at: 30 } as const];
    const result = play({ services: chain, faults, semantics, drain: 1000 });
    expect(["front", "middle", "back"].map((name) => serviceOf(result, name).busyMs)).toEqual([
      30, 30, 30,
    ]);
    expect([serviceOf(result, "front").lost, serviceOf(result, "back").dropped]).toEqual([1, 1]);
  });

  test("forgets what its breakers knew", () => {
    const services = { front: guarded, back: service([{ work: 5 }]) };
    const broken = { kind: "error", service: "back", for: 10 } as const;
    const calls = [0, 20, 60];
    expect(answers({ services, calls, faults: [broken] })).toEqual([
      "5 failed",
      "20 failed",
      "60 failed",
    ]);
    const crash = { kind: "crash", service: "front", at: 30, for: 10 } as const;
    const result = play({ services, calls, faults: [broken, crash] });
    expect(edgeOf(result, "front -> back").outcomes).toMatchObject({
      failed: 1,
      shortCircuited: 1,
      ok: 1,
    });
    expect(edgeOf(result, "front -> back").circuit).toMatchObject({ opened: 1, closed: 1 });
  });

  test("leaves the breakers of the other instances as they are", () => {
    const services = { front: { ...guarded, instances: 2 }, back: service([{ work: 5 }]) };
    const broken = { kind: "error", service: "back", for: 10 } as const;
    const crash = { kind: "crash", service: "front", instance: 0, at: 30, for: 10 } as const;
    const result = play({ services, calls: [0, 1, 60, 61], faults: [broken, crash] });
    expect(edgeOf(result, "front -> back").outcomes).toMatchObject({
      failed: 2,
      shortCircuited: 1,
      ok: 1,
    });
  });

  test("loses two requests under one caller once each, where the first loss stops the other", () => {
    const both = { parallel: [{ call: "back" }, { call: "back" }] };
    const services = { front: service([both]), back: service([{ work: 100 }]) };
    const semantics = { abandonedWork: "stops" } as const;
    const faults = [{ kind: "crash", service: "back", at: 30 } as const];
    const result = play({ services, faults, semantics });
    const { lost, dropped, inFlight } = serviceOf(result, "back");
    expect({ lost, dropped, inFlight }).toEqual({ lost: 1, dropped: 1, inFlight: 0 });
    expect(result.drained).toBe(true);
  });

  test("while it is paused loses the answers that waited for it", () => {
    const services = { front: service([{ call: "back" }]), back: service([{ work: 10 }]) };
    const result = play({
      services,
      faults: [
        { kind: "pause", service: "front", at: 5 },
        { kind: "crash", service: "front", at: 30 },
      ],
    });
    expect([result.endToEnd.outcomes.failed, result.drained, result.endedAtMs]).toEqual([
      1,
      true,
      31,
    ]);
    expect(edgeOf(result, "front -> back").lateAnswers).toBe(1);
  });
});
