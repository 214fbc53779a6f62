import { describe, expect, test } from "vitest";
import { answers, edgeOf, play, service, serviceOf } from "../../../test-support/timeline.ts";

const pause = (at: number, lasts: number, name = `pause at ${at}`) =>
  ({ kind: "pause", service: "shop", at, for: lasts, name }) as const;

describe("a pause", () => {
  const services = { shop: service([{ work: 20 }], { workers: 1 }) };

  test("lets work go on where it was, and takes requests into the queue meanwhile", () => {
    const small = { services, calls: [0, 15], faults: [pause(10, 30)] };
    expect(answers(small)).toEqual(["50 ok", "70 ok"]);
    const result = play(small);
    // A frozen worker is held all the same.
    expect([result.services[0]?.busyMs, result.services[0]?.maxQueue]).toEqual([70, 1]);
    expect(result.faults[0]?.struck).toBe(1);
    expect(result.events.map(({ atMs, type }) => `${atMs} ${type}`)).toEqual([
      "10 faultStarted",
      "10 instancePaused",
      "16 loadEnded",
      "40 instanceResumed",
      "40 faultEnded",
    ]);
  });

  test.each([
    ["two pauses while it worked", 100, [pause(10, 10), pause(50, 30)], 140],
    ["a pause over its end", 20, [pause(15, 10)], 30],
    ["a second pause in what the first left over", 20, [pause(15, 10), pause(27, 10)], 40],
    ["a pause over its end, after one in the middle", 20, [pause(5, 10), pause(28, 40)], 70],
    ["a pause that begins as it ends", 20, [pause(20, 10)], 30],
    ["a pause that is over as it would have ended", 20, [pause(10, 10)], 30],
    ["a pause right after another", 20, [pause(10, 10), pause(20, 10)], 40],
    ["two pauses that overlap", 20, [pause(10, 30), pause(20, 40)], 70],
    ["a pause within another", 20, [pause(10, 50), pause(20, 10)], 70],
    ["a pause at the very start", 20, [pause(0, 25)], 45],
  ])("work is off by %s", (_what, work, faults, endMs) => {
    const shop = service([{ work }]);
    expect(answers({ services: { shop }, faults })).toEqual([`${endMs} ok`]);
  });

  test("stops several steps and branches alike", () => {
    const shop = service([{ work: 10 }, { parallel: [{ work: 20 }, { work: 50 }] }, { work: 5 }]);
    expect(answers({ services: { shop }, faults: [pause(5, 10), pause(30, 100)] })).toEqual([
      "175 ok",
    ]);
  });

  test("fills the queue, and what has no room is refused", () => {
    const shop = service([{ work: 20 }], { workers: 1, queue: { capacity: 2 } });
    const small = { services: { shop }, calls: [10, 20, 30], faults: [pause(0, 100)] };
    expect(answers(small)).toEqual(["30 failed", "120 ok", "140 ok"]);
    expect(play(small).services[0]?.rejected).toBe(1);
  });

  test("is not felt by its callers' timers", () => {
    const small = { services, policy: { timeout: 40 }, faults: [pause(10, 90)] };
    expect(answers(small)).toEqual(["40 timedOut"]);
    expect(play(small).endToEnd.lateAnswers).toBe(1);
  });

  test("strikes one instance only, where it names one", () => {
    const shop = service([{ work: 20 }], { instances: 2 });
    const one = { ...pause(5, 50), instance: 1 };
    expect(answers({ services: { shop }, calls: [0, 1, 10, 11], faults: [one] })).toEqual([
      "20 ok",
      "30 ok",
      "71 ok",
      "75 ok",
    ]);
  });

  test("keeps work from being stopped until it is over", () => {
    const semantics = { abandonedWork: "stops" } as const;
    const policy = { timeout: 15 };
    const small = { services, policy, semantics, faults: [pause(10, 90)] };
    const result = play(small);
    expect([serviceOf(result, "shop").dropped, serviceOf(result, "shop").busyMs]).toEqual([1, 100]);
  });
});

describe("a paused caller", () => {
  const paused = (work: number, lasts: number) => {
    const policy = { timeout: 20 };
    const result = play({
      services: { shop: service([{ call: "back", policy }]), back: service([{ work }]) },
      faults: [pause(5, lasts)],
    });
    return { edge: edgeOf(result, "shop -> back"), result };
  };

  test("hears an answer when it goes on, though the time for it had passed meanwhile", () => {
    const { edge, result } = paused(10, 45);
    expect(edge.outcomes.ok).toBe(1);
    expect([edge.latency.all.maxMs, result.endToEnd.latency.all.maxMs]).toEqual([50, 50]);
  });

  test("hears first what came first: its timer, then the answer, too late", () => {
    const { edge, result } = paused(30, 45);
    expect([edge.outcomes.timedOut, edge.lateAnswers]).toEqual([1, 1]);
    expect([result.endToEnd.outcomes.failed, result.endToEnd.latency.all.maxMs]).toEqual([1, 50]);
    expect(result.drained).toBe(true);
  });

  test("for ever hears nothing more", () => {
    const { edge, result } = paused(10, 100_000);
    expect([edge.inFlight, result.endToEnd.inFlight, result.drained]).toEqual([1, 1, false]);
  });
});
