import { describe, expect, test } from "vitest";
import { makeResult } from "../testing/make-result.ts";
import { at, call, levels, users } from "../testing/told.ts";
import { answersOf } from "./answers.ts";
import { littleChecks } from "./little.ts";

describe("time to detect", () => {
  const fault = { kind: "latency", target: "recommendations", startMs: 10_000, endMs: 20_000 };
  const edges = [
    users({ ok: 100 }),
    call({ ok: levels([12, 10], [18, 0]), timedOut: levels([12, 0], [18, 10]) }),
  ];

  test("the first failures, and the first circuit that opened", () => {
    const opened = at(12_500, "circuitOpened", "homepage -> recommendations");
    const { detections } = answersOf(makeResult({ faults: [fault], edges, events: [opened] }));
    expect(detections).toEqual([
      {
        fault: "latency at recommendations",
        faultStartMs: 10_000,
        firstFailureMs: 12_000,
        failedOn: "homepage -> recommendations",
        circuitOpenedMs: 12_500,
        openedOn: "homepage -> recommendations",
        detectMs: 2500,
      },
    ]);
  });

  test("failures as usual, and circuits that opened before, detect nothing", () => {
    const opened = at(9000, "circuitOpened", "homepage -> recommendations");
    const steady = [users({ ok: 100, failed: 3 })];
    const { detections } = answersOf(
      makeResult({ faults: [fault], edges: steady, events: [opened] }),
    );
    expect(detections[0]).toMatchObject({ firstFailureMs: null, circuitOpenedMs: null });
  });
});

describe("Little's law", () => {
  const made = makeResult({
    edges: [users({ ok: 100 })],
    services: [{ name: "homepage", workers: 8, busy: 4 }],
  });
  /** 3,000 requests of 40 ms each in 30 s: four at a time. */
  const withPresence = (areaMs: number, inFlight = 0) => ({
    ...made,
    services: made.services.map((service) => ({
      ...service,
      inFlight,
      presence: { areaMs, left: 3000 - inFlight, stayedMs: (3000 - inFlight) * 40 },
    })),
  });

  test("holds when both sides agree", () => {
    const [check] = littleChecks(withPresence(120_000));
    expect(check).toMatchObject({ service: "homepage", present: 4, perSecond: 100, stayMs: 40 });
    expect(check).toMatchObject({ predicted: 4, holds: true });
  });

  test("fails when requests are lost sight of", () => {
    expect(littleChecks(withPresence(121_000))[0]?.holds).toBe(false);
    expect(littleChecks(withPresence(119_000))[0]?.holds).toBe(false);
  });

  test("allows for what is under way at the end, and no more", () => {
    expect(littleChecks(withPresence(130_000, 1))[0]?.holds).toBe(true);
    expect(littleChecks(withPresence(160_000, 1))[0]?.holds).toBe(false);
  });

  test("is not asked of services that were not counted", () => {
    expect(littleChecks(made)).toEqual([]);
  });
});

test("wasted work, by who caused it, as shares of all busy time", () => {
  const made = makeResult({
    edges: [users({ ok: 100 }), call({ ok: 10 }, { attemptsPerCall: 3 })],
    services: [
      { name: "homepage", workers: 8, busy: 4 },
      { name: "recommendations", workers: 8, busy: 6 },
    ],
  });
  const edge = "homepage -> recommendations";
  const services = made.services.map((service) =>
    service.name === "homepage"
      ? service
      : {
          ...service,
          wastedBy: [
            { edge, cause: "retry" as const, requests: 50, ms: 60_000 },
            { edge, cause: "timeout" as const, requests: 20, ms: 30_000 },
          ],
        },
  );
  const { wastedBy, amplification } = answersOf({ ...made, services });
  expect(wastedBy.map(({ cause, share }) => [cause, share])).toEqual([
    ["retry", 0.2],
    ["timeout", 0.1],
  ]);
  expect(amplification).toEqual({
    endToEnd: 3,
    edges: [
      { edge: "users -> homepage", factor: 1 },
      { edge, factor: 3 },
    ],
  });
});
