import { expect, test } from "vitest";
import { run } from "../../test-support/run.ts";
import { outcomes, service } from "../../test-support/timeline.ts";

const through = (network: object, count = 1) =>
  run({
    duration: count,
    drain: 60_000,
    bucket: 1,
    services: { shop: service([{ work: 10 }]) },
    load: {
      all: {
        kind: "open",
        rate: 1000,
        arrivals: "constant",
        to: "shop",
        policy: { timeout: "10s" },
        network,
      },
    },
  });

test("jitter comes on top of the latency, there and back", () => {
  expect(outcomes(through({ latency: 5, jitter: 2 }))).toEqual(["24 ok"]);
  expect(outcomes(through({ jitter: 3 }))).toEqual(["16 ok"]);
});

test("without jitter and loss, draws are as they were", () => {
  const latency = { kind: "exponential", mean: 20 };
  expect(outcomes(through({ latency, loss: 0 }, 50))).toEqual(outcomes(through({ latency }, 50)));
});

test("jitter lets later messages overtake earlier ones", () => {
  const jitter = { kind: "uniform", min: 0, max: 50 };
  const seen = outcomes(through({ jitter }, 200)).length;
  expect(seen).toBeGreaterThan(10);
  expect(seen).toBeLessThan(200);
});

test("a call gets through when neither of its messages is lost", () => {
  const { outcomes: ends } = through({ loss: 0.1 }, 10_000).endToEnd;
  // 0.9^2 of 10,000, within four standard deviations of 39.
  expect(Math.abs(ends.ok - 8100)).toBeLessThan(4 * 39);
  expect(ends.ok + ends.timedOut).toBe(10_000);
});

test("what is lost is sent again after a while that doubles", () => {
  const { endToEnd } = through({ loss: 0.1, resend: 100 }, 10_000);
  expect(endToEnd.outcomes.ok).toBe(10_000);
  expect(outcomes(through({ loss: 1, resend: 1 }))).toEqual(["10000 timedOut"]);
});
