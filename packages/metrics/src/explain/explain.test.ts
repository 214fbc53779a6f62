import { describe, expect, test } from "vitest";
import type { EdgePlan, ResultPlan } from "../testing/index.ts";
import { at, call, levels, told, users } from "../testing/told.ts";

test("a healthy run", () => {
  const { headline, texts } = told({
    edges: [users({ ok: 100 }, { latencyMs: 45 })],
    services: [{ name: "homepage", workers: 8, busy: 4 }],
  });
  expect(headline).toBe("All 3,000 calls were answered, 99 % of those within 45 ms.");
  expect(texts).toEqual(["All 3,000 calls were answered."]);
});

test("a healthy run as fast as its workers allow", () => {
  const { headline } = told({
    edges: [
      users({ ok: 100 }, { latencyMs: 80, inFlight: 0 }),
      call({ ok: 100 }, { inFlightSeries: 6 }),
    ],
    services: [{ name: "homepage", workers: 8, busy: 8 }, { name: "recommendations" }],
  });
  expect(headline).toBe(
    "All 3,000 calls were answered, 99 % of those within 80 ms. All 8 workers of homepage were busy or waiting on recommendations throughout: 100/s is what it can do.",
  );
});

test("a run without calls", () => {
  expect(told({})).toEqual({ headline: "The load made no calls.", texts: [], sentences: [] });
});

describe("a slow dependency", () => {
  const slow = { kind: "latency", target: "recommendations", struck: 33 };
  const ok = levels([6, 0], [23, 1], [1, 2]);
  const waiting = { inFlight: 8, inFlightSeries: 8 };

  test("without a timeout takes every worker", () => {
    const { headline, sentences } = told({
      faults: [slow],
      edges: [
        users({ ok }, { inFlight: 8, latencyMs: 7000 }),
        call({ ok }, { ...waiting, latencyMs: [...levels([7, 5000]), ...levels([23, 7300])] }),
      ],
      services: [
        { name: "homepage", workers: 4, instances: 2, busy: 8, queue: 3, inFlight: 8 },
        { name: "recommendations", inFlight: 8, lastBusyMs: 39_000 },
      ],
    });
    expect(headline).toBe(
      "Every homepage worker waited on recommendations, which took 7.3 s: 25 of 33 calls were answered in 30 s.",
    );
    expect(sentences).toEqual([
      { atMs: 0, text: "Fault: recommendations answered slowly all the time (33 struck)." },
      {
        atMs: 0,
        text: "All 8 workers of homepage were busy, waiting on recommendations, for 30 s in all.",
      },
      {
        atMs: 30_000,
        text: "Work went on for 9 s after the load had ended, longest at recommendations.",
      },
      { atMs: null, text: "25 of 33 calls were answered in 30 s." },
      { atMs: null, text: "When the run ended, 8 calls had no answer yet." },
    ]);
  });

  test("with a timeout costs a timeout each, and its work is wasted", () => {
    const { headline, texts } = told({
      faults: [slow],
      edges: [
        users({ ok: 8 }, { degradedBelow: 240 }),
        call({ timedOut: 8 }, { ...waiting, policy: "timeout 1s", lateAnswers: 200, inFlight: 0 }),
      ],
      services: [
        { name: "homepage", workers: 8, busy: 8, queue: 40 },
        { name: "recommendations", busy: 50, wastedMs: 1_500_000, wasted: 240 },
      ],
    });
    expect(headline).toBe(
      "Every homepage worker waited on recommendations, whose answers did not come in time (timeout 1s): all 240 calls were answered, all degraded.",
    );
    expect(texts).toContain("Requests began to queue at homepage; at most 40 waited.");
    expect(texts).toContain(
      "240 of 240 attempts from homepage to recommendations timed out; 200 answers came too late.",
    );
    expect(texts).toContain(
      "86.2 % of the busy time went into requests whose caller had left, most of it at recommendations.",
    );
  });

  test("goes on working when the load is over, and is told of when nobody waits for it", () => {
    const run = (wastedMs: number) =>
      told({
        faults: [slow],
        edges: [users({ ok: 8 }, { degradedBelow: 240 }), call({ timedOut: 8 })],
        services: [
          { name: "homepage", workers: 8, busy: 1 },
          { name: "recommendations", busy: 50, lastBusyMs: 240_000, wastedMs },
        ],
      }).headline;
    const more =
      "Recommendations worked for another 210 s on requests that nobody waited for any more.";
    expect(run(1_400_000)).toContain(more);
    expect(run(100_000)).not.toContain("nobody waited");
  });

  test("that never fails leaves retries and breakers nothing to do", () => {
    const policy =
      "4 attempts (without backoff), circuit breaker (5 failures in a row, open for 30s)";
    const edges = [users({ ok: 1 }), call({ ok: 1 }, { policy, latencyMs: 7000 })];
    const { headline } = told({
      faults: [slow],
      edges,
      services: [{ name: "homepage", workers: 8, busy: 8 }, { name: "recommendations" }],
    });
    expect(headline).toContain(
      `No attempt of homepage -> recommendations failed, so its policy (${policy}) had nothing to act on.`,
    );
  });

  test("is followed down the chain to where it began", () => {
    const chain = (from: string, to: string, latencyMs: number): EdgePlan => ({
      from,
      to,
      outcomes: { ok: 1 },
      latencyMs,
      inFlightSeries: 4,
    });
    const { headline } = told({
      faults: [{ kind: "latency", target: "db" }],
      edges: [users({ ok: 1 }), chain("homepage", "gateway", 9), chain("gateway", "db", 4000)],
      services: [
        { name: "homepage", workers: 4, busy: 4 },
        { name: "gateway", workers: 4, busy: 4 },
        { name: "db" },
      ],
    });
    expect(headline).toBe(
      "Every homepage worker waited on gateway, whose workers all waited on db, which took 4 s: all 30 calls were answered.",
    );
  });
});

test("workers that ran out by their own work", () => {
  const { headline, texts } = told({
    edges: [users({ ok: 10, failed: 5 })],
    services: [{ name: "homepage", workers: 1, busy: levels([10, 0.2], [20, 1]), rejected: 150 }],
    events: [at(10_400, "queueFull", "homepage")],
  });
  expect(headline).toBe(
    "The only worker of homepage was busy for 20 s of 30 s: 300 of 450 calls were answered in 30 s.",
  );
  expect(texts).toContain("150 requests were turned away at homepage: its queue was full.");
});

test("retries that multiply", () => {
  const { headline, texts } = told({
    faults: [{ kind: "error", target: "recommendations", startMs: 10_000 }],
    edges: [
      users({ ok: 10 }, { attemptsPerCall: 1.5 }),
      call(
        { ok: levels([10, 10]), failed: [...levels([10, 0]), ...levels([20, 10])] },
        { attemptsPerCall: 3 },
      ),
    ],
    services: [{ name: "homepage" }, { name: "recommendations", failed: 600 }],
  });
  expect(headline).toBe(
    "A fault struck: recommendations answered with errors from 10 s on. Retries made 900 attempts of 300 calls from homepage to recommendations (3x): all 300 calls were answered.",
  );
  expect(texts).toContain("Fault: recommendations answered with errors from 10 s on.");
  expect(texts).toContain(
    "Layer upon layer, retries multiply: 4.5x from a customer's call to the far end.",
  );
});

test("a crash and its recovery", () => {
  const { headline, sentences } = told({
    faults: [{ kind: "crash", target: "homepage", startMs: 10_000, endMs: 12_000 }],
    edges: [
      users(
        {
          ok: levels([10, 100], [3, 0], [1, 60], [16, 100]),
          failed: levels([10, 0], [3, 100], [1, 40]),
        },
        { refused: 320 },
      ),
    ],
    services: [{ name: "homepage", lost: 20, workers: 8, busy: levels([10, 4], [3, 0], [17, 4]) }],
    events: [at(10_000, "instanceCrashed", "homepage")],
  });
  expect(headline).toBe(
    "A fault struck: homepage was down from 10 s to 12 s. 2,660 of 3,000 calls were answered in 30 s. Goodput was back 2 s after the fault ended.",
  );
  expect(sentences).toEqual([
    { atMs: 10_000, text: "Fault: homepage was down from 10 s to 12 s." },
    { atMs: 10_000, text: "20 requests in homepage were lost in a crash." },
    {
      atMs: 10_000,
      text: "340 of 3,000 attempts from users to homepage failed (320 refused).",
    },
    {
      atMs: 14_000,
      text: "Goodput was back at its level of before 2 s after the last fault ended.",
    },
    { atMs: null, text: "2,660 of 3,000 calls were answered in 30 s." },
  ]);
});

test("a collapse that outlives its trigger", () => {
  const { headline, sentences } = told({
    faults: [{ kind: "capacity", target: "homepage", startMs: 10_000, endMs: 15_000 }],
    edges: [
      users(
        { ok: levels([10, 100], [20, 20]), timedOut: levels([10, 0], [20, 80]) },
        { attemptsPerCall: 2.5 },
      ),
    ],
    services: [
      {
        name: "homepage",
        workers: 8,
        busy: levels([10, 4], [20, 8]),
        queue: levels([10, 0], [20, 300]),
      },
    ],
  });
  const why =
    "retries still made 2.5x as many attempts as calls from users to homepage, no worker of homepage was free and 300 requests still waited at homepage";
  expect(headline).toBe(
    `The last fault ended at 15 s, but goodput did not come back: 20/s against 100/s before. ${why.replace("retries", "Retries")}.`,
  );
  expect(sentences).toContainEqual({
    atMs: 15_000,
    text: `The last fault ended, but goodput did not come back: 20/s against 100/s before: ${why}.`,
  });
});

test("sentences are in order of time, and the same each time", () => {
  const plan: ResultPlan = {
    faults: [
      { kind: "pause", target: "homepage", startMs: 20_000, endMs: 21_000 },
      { kind: "unheard of", target: "homepage", startMs: 5000, endMs: 6000 },
    ],
    edges: [users({ ok: 10, failed: 1 }), call({ ok: 10 }, { attemptsPerCall: 1.3 })],
    services: [{ name: "homepage" }, { name: "recommendations", dropped: 3 }],
  };
  const { sentences, headline } = told(plan);
  const times = sentences.map(({ atMs }) => atMs ?? Number.POSITIVE_INFINITY);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(headline).toContain("homepage was frozen from 20 s to 21 s (and 1 more fault)");
  expect(sentences.map(({ text }) => text)).toContain(
    "Fault: homepage was struck by a fault (unheard of) from 5 s to 6 s.",
  );
  expect(told(plan)).toEqual(told(plan));
});

test("a fallback does not hide when timeouts began", () => {
  const { sentences } = told({
    edges: [users({ ok: 10 }), call({ ok: levels([12, 10]), fallback: levels([12, 0], [18, 10]) })],
    services: [{ name: "homepage" }, { name: "recommendations" }],
  });
  expect(sentences).toContainEqual({
    atMs: 12_000,
    text: "180 of 300 attempts from homepage to recommendations timed out.",
  });
});
