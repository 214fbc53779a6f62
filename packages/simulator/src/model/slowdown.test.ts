import { expect, test } from "vitest";
import { outcomes, play, service, serviceOf } from "../../test-support/timeline.ts";

test("work takes longer for each further request in service when it begins", () => {
  // Alone 10 ms; with one other 15, with two others 20: at 0, 1 and 2.
  const of = (slowdown: { perRequest: number; from?: number }) =>
    outcomes(play({ services: { shop: service([{ work: 10 }], { slowdown }) }, calls: [0, 1, 2] }));
  expect(of({ perRequest: 0.5 })).toEqual(["10 ok", "16 ok", "22 ok"]);
  expect(of({ perRequest: 0.5, from: 2 })).toEqual(["10 ok", "11 ok", "17 ok"]);
  expect(of({ perRequest: 0 })).toEqual(["10 ok", "11 ok", "12 ok"]);
});

test("a request that has waited too long when its turn comes is refused, and the next one is taken up", () => {
  const shop = (queue: { maxWait?: number }) => service([{ work: 30 }], { workers: 1, queue });
  const calls = [0, 1, 25, 26];
  expect(outcomes(play({ services: { shop: shop({}) }, calls }))).toEqual([
    "30 ok",
    "60 ok",
    "90 ok",
    "120 ok",
  ]);
  const result = play({ services: { shop: shop({ maxWait: 20 }) }, calls });
  expect(outcomes(result)).toEqual(["30 ok", "30 failed", "60 ok", "60 failed"]);
  expect(serviceOf(result, "shop")).toMatchObject({ ok: 2, rejected: 2, busyMs: 60 });
});
