import { describe, expect, test } from "vitest";
import { answers, customers, play, service, timeline } from "../../../test-support/timeline.ts";

const services = { shop: service([{ work: 20 }], { workers: 1 }) };

describe("an error fault", () => {
  test("after work takes the time of the work and answers with an error", () => {
    const fault = { kind: "error", service: "shop", at: 20, for: 20 } as const;
    const result = play({ services, calls: [0, 20, 40], faults: [fault] });
    expect(timeline(result.endToEnd)).toEqual([
      "0: calls 1, attempts 1",
      "20: calls 1, attempts 1, ok 1",
      "40: calls 1, attempts 1, failed 1",
      "60: ok 1",
    ]);
    expect([result.services[0]?.failed, result.services[0]?.busyMs]).toEqual([1, 60]);
  });

  test("before work answers as soon as a worker takes the request up", () => {
    const fault = { kind: "error", service: "shop", when: "beforeWork", at: 10 } as const;
    const result = play({ services, calls: [0, 10, 15], faults: [fault] });
    // The one that comes at 10 waits for the worker first.
    expect(timeline(result.endToEnd).slice(2)).toEqual([
      "15: calls 1, attempts 1",
      "20: ok 1, failed 2",
    ]);
    expect([result.services[0]?.busyMs, result.faults[0]?.struck]).toEqual([20, 2]);
  });

  test("strikes a share of the requests", () => {
    const fault = { kind: "error", service: "shop", share: 0.2 } as const;
    const unlimited = { shop: service([]) };
    const { outcomes } = play({ services: unlimited, count: 1000, faults: [fault] }).endToEnd;
    // Four standard deviations of a binomial of 1000 with 0.2.
    expect(Math.abs(outcomes.failed - 200)).toBeLessThan(51);
    expect(outcomes.ok + outcomes.failed).toBe(1000);
  });

  test("is what a retry sees", () => {
    const fault = { kind: "error", service: "shop", for: 1 } as const;
    const backoff = { kind: "constant", base: 5, jitter: "none" } as const;
    const policy = { idempotent: true, retry: { attempts: 2, backoff } };
    expect(customers({ services, policy, faults: [fault] })).toEqual([
      "0: calls 1, attempts 1",
      "25: attempts 1",
      "45: ok 1",
    ]);
  });
});

test("an endpoint's own error rate fails requests after their work, without any fault", () => {
  const shop = { endpoints: { go: { errorRate: 0.25, steps: [{ work: 3 }] } } };
  const { outcomes, latency } = play({ services: { shop }, count: 1000 }).endToEnd;
  // Four standard deviations of a binomial of 1000 with 0.25.
  expect(Math.abs(outcomes.failed - 250)).toBeLessThan(55);
  expect([latency.all.minMs, latency.all.maxMs]).toEqual([3, 3]);
  const always = { endpoints: { go: { errorRate: 1, steps: [{ work: 3 }] } } };
  expect(answers({ services: { shop: always } })).toEqual(["3 failed"]);
});

test("strikes requests that are already in work where it is told to", () => {
  const one = { services: { shop: service([{ work: 10 }]) }, calls: [0] };
  const fault = { kind: "error", service: "shop", at: 5, for: 20 } as const;
  expect(answers({ ...one, faults: [{ ...fault, strikes: "new" }] })).toEqual(["10 ok"]);
  expect(answers({ ...one, faults: [{ ...fault, strikes: "inFlight" }] })).toEqual(["10 failed"]);
});
