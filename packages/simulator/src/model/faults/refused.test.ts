import { describe, expect, test } from "vitest";
import { answers, play, service } from "../../../test-support/timeline.ts";

describe("a refused fault", () => {
  const services = { shop: service([{ work: 20 }], { workers: 1 }) };
  const fault = { kind: "refused", service: "shop", at: 10, for: 10 } as const;

  test("lets no request in while it lasts, and the caller knows at once", () => {
    const result = play({ services, calls: [9, 10, 19, 20], faults: [fault] });
    const { delivery, attemptOutcomes } = result.endToEnd;
    expect(delivery).toEqual({ arrived: 2, refused: 2, lost: 0, travelling: 0 });
    expect(attemptOutcomes).toEqual({ ok: 2, failed: 2, timedOut: 0, cancelled: 0, inFlight: 0 });
    expect([result.services[0]?.arrived, result.faults[0]?.struck]).toEqual([2, 2]);
    expect(answers({ services, calls: [9, 10, 19, 20], faults: [fault] })).toEqual([
      "10 failed",
      "19 failed",
      "29 ok",
      "49 ok",
    ]);
  });

  test("leaves requests alone that are in work, and those on their way", () => {
    const network = { latency: 5 };
    const result = play({
      services: { front: service([{ call: "shop", network }]), ...services },
      calls: [0, 8],
      faults: [fault],
    });
    // 5 there, 20 of work (the second waits until 25), 5 back.
    expect(result.endToEnd.outcomes.ok).toBe(2);
    expect(result.endToEnd.latency.all.maxMs).toBe(42);
  });

  test("with retries at once costs an attempt each", () => {
    const retry = { attempts: 3, backoff: { base: 0 } };
    const policy = { idempotent: true, retry };
    const { endToEnd } = play({ services, calls: [10], policy, faults: [fault] });
    expect([endToEnd.attempts, endToEnd.delivery.refused]).toEqual([3, 3]);
    expect(endToEnd.latency.all.maxMs).toBe(0);
  });
});
