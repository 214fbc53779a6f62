import { expect, test } from "vitest";
import { makeResult } from "../testing/make-result.ts";
import { at, call, levels, users } from "../testing/told.ts";
import { chainOf } from "./chain.ts";

test("a fault, a queue, timeouts, a breaker, the callers, and the recovery", () => {
  const result = makeResult({
    faults: [{ kind: "capacity", target: "recommendations", startMs: 10_000, endMs: 20_000 }],
    edges: [
      users({ ok: levels([13, 100], [9, 20], [8, 100]), failed: levels([13, 0], [9, 80]) }),
      call(
        { ok: levels([12, 100], [10, 20], [8, 100]), timedOut: levels([12, 0], [10, 80]) },
        { circuit: { opened: 1 } },
      ),
    ],
    services: [
      { name: "homepage", workers: 8, busy: levels([30, 4]) },
      {
        name: "recommendations",
        workers: 8,
        busy: levels([11, 4], [11, 8], [8, 4]),
        queue: levels([11, 0], [11, 50], [8, 0]),
      },
    ],
    events: [at(14_250, "circuitOpened", "homepage -> recommendations", "", "5 failures in a row")],
  });
  expect(chainOf(result).map(({ atMs, because, text }) => [atMs, because, text])).toEqual([
    [10_000, null, "Recommendations had fewer workers from 10 s to 20 s."],
    [
      11_000,
      0,
      "Because recommendations had a fault (capacity), its queue filled: at most 50 waited at recommendations.",
    ],
    [
      12_000,
      1,
      "Because requests waited at recommendations, 800 of 3,000 attempts from homepage to recommendations timed out.",
    ],
    [
      13_000,
      2,
      "Because attempts from homepage to recommendations timed out, 720 of 3,000 attempts from users to homepage failed.",
    ],
    [
      14_250,
      2,
      "Because attempts from homepage to recommendations timed out, a circuit breaker of homepage -> recommendations opened: 5 failures in a row.",
    ],
    [20_000, null, "The last fault ended."],
    [22_000, 5, "Goodput was back at its level of before after 2 s."],
  ]);
});

test("what was there before the fault is no effect of it", () => {
  const result = makeResult({
    faults: [{ kind: "latency", target: "recommendations", startMs: 10_000 }],
    edges: [users({ ok: 100 }), call({ ok: 90, timedOut: 10 })],
    services: [{ name: "homepage" }, { name: "recommendations", workers: 2, queue: 9 }],
  });
  expect(chainOf(result)).toHaveLength(1);
});

test("without a fault, a service that has too much to do begins it", () => {
  const result = makeResult({
    edges: [users({ ok: levels([10, 100], [20, 60]), timedOut: levels([10, 0], [20, 40]) })],
    services: [
      {
        name: "homepage",
        workers: 8,
        busy: levels([9, 4], [21, 8]),
        queue: levels([9, 0], [21, 40]),
      },
    ],
  });
  expect(chainOf(result).map(({ atMs, because }) => [atMs, because])).toEqual([
    [9000, null],
    [9000, 0],
    [10_000, 1],
  ]);
});

test("nothing wrong, nothing to tell", () => {
  expect(chainOf(makeResult({ edges: [users({ ok: 100 })] }))).toEqual([]);
});
