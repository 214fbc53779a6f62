import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { type Fact, type PolicyOptions, policy } from "../index.ts";
import { simulate } from "../testing.ts";

const DOWN = [{ latency: "50ms" }, { from: "5s", latency: "50ms", errorRate: 1 }] as const;
const BREAKER = {
  window: { kind: "consecutive", failures: 5 },
  openFor: "10s",
} as const;

describe("simulate", () => {
  it("tells when a breaker opens, and how many calls that takes", () => {
    // Calls at 0, 100, 200, ... ms; those from 5,000 on fail 50 ms later; the fifth of them ends at 5,450.
    const found = simulate({ circuitBreaker: BREAKER }, DOWN, { rate: 10, duration: "8s" });
    expect(found).toMatchObject({ calls: 80, opensAtMs: 5450, callsUntilOpen: 55 });
    expect(found.outcomes).toMatchObject({ ok: 50, failed: 5, shortCircuited: 25 });
  });

  it("tells that a breaker does not open", () => {
    const found = simulate({ circuitBreaker: BREAKER }, [{ latency: "50ms" }]);
    expect(found).toMatchObject({ opensAtMs: undefined, callsUntilOpen: undefined, calls: 600 });
  });

  it("tells what retries cost, and how long the worst call takes", () => {
    const options: PolicyOptions = {
      idempotent: true,
      retry: { attempts: 3, backoff: { base: "100ms", jitter: "none" } },
      timeout: "200ms",
    };
    const found = simulate(options, () => "hang", { rate: 1, duration: "10s" });
    // Three timeouts of 200 ms, and waits of 100 and 200 ms.
    expect(found).toMatchObject({ attemptsPerCall: 3, mostAttempts: 3, worstCallMs: 900 });
    expect(found.outcomes.timedOut).toBe(10);
  });

  it("says when a call has no end", () => {
    const found = simulate({}, () => "hang", { rate: 1, duration: "2s" });
    expect(found).toMatchObject({ worstCallMs: Number.POSITIVE_INFINITY, neverEnded: 2 });
  });

  it("frees a place when an attempt that was given up really ends", () => {
    const options: PolicyOptions = { timeout: "100ms", bulkhead: { concurrent: 1 } };
    const slow = () => ({ latency: "950ms" });
    const load = { rate: 2, duration: "4s" } as const;
    const heeding = simulate(options, slow, load);
    expect(heeding.outcomes).toMatchObject({ timedOut: 8, rejected: 0 });
    const going = simulate(options, slow, { ...load, heedsSignal: false });
    expect(going.outcomes).toMatchObject({ timedOut: 4, rejected: 4 });
  });

  it("lets those that wait for a place go on", () => {
    const options: PolicyOptions = { bulkhead: { concurrent: 1, queue: { size: 10 } } };
    const found = simulate(options, [{ latency: "150ms" }], { rate: 10, duration: "500ms" });
    expect(found.outcomes.ok).toBe(5);
    // The fifth comes at 400 and is answered when all five have been: at 750.
    expect(found.worstCallMs).toBe(350);
  });

  it("tells the dependency how much it has to do", () => {
    const seen: number[] = [];
    simulate(
      {},
      ({ underWay }) => {
        seen.push(underWay);
        return { latency: "250ms" };
      },
      { rate: 10, duration: "500ms" },
    );
    expect(seen).toEqual([1, 2, 3, 3, 3]);
  });

  it("gives the same result for the same seed, and another for another", () => {
    const options: PolicyOptions = { idempotent: true, retry: { attempts: 3 }, timeout: "20ms" };
    const dependency = [{ latency: { min: "5ms", max: "25ms" }, errorRate: 0.3, hangRate: 0.05 }];
    const run = (seed: number) => simulate(options, dependency, { seed, arrivals: "random" });
    expect(run(3)).toEqual(run(3));
    expect(run(3).facts).not.toEqual(run(4).facts);
    expect(run(3).calls).toBeGreaterThan(500);
  });

  it.each([
    [{ rate: 0 }, "rate"],
    [{ rate: 1e9 }, "rate"],
    [{ duration: "long" }, "duration"],
    [{ seed: 0.5 }, "seed"],
  ])("refuses %j", (options, name) => {
    expect(() => simulate({}, () => "hang", options)).toThrow(RangeError);
    expect(() => simulate({}, () => "hang", options)).toThrow(name);
  });

  it("refuses phases that are out of order", () => {
    expect(() => simulate({}, [{ from: "2s" }, { from: "1s" }])).toThrow("dependency[1].from");
  });
});

/** The same calls through the driver, on a clock that passes by hand. */
async function driven(options: PolicyOptions, latencies: readonly number[]): Promise<Fact[]> {
  const clock = new ManualClock();
  const subject = policy(options, { clock });
  const facts: Fact[] = [];
  subject.onFact((fact) => facts.push(fact));
  let attempts = 0;
  for (let call = 0; call < 10; call++) {
    clock.schedule(call * 100, () => {
      subject.runOutcome(({ signal }) => {
        const latencyMs = latencies[attempts++ % latencies.length] ?? 0;
        return new Promise((resolve, reject) => {
          clock.schedule(clock.now() + Math.abs(latencyMs), () =>
            latencyMs < 0 ? reject(new Error("down")) : resolve("ok"),
          );
          signal.addEventListener("abort", () => reject(signal.reason));
        });
      });
    });
  }
  await clock.advance(10_000);
  return facts;
}

const limits: PolicyOptions = {
  deadline: "700ms",
  bulkhead: { concurrent: 2, queue: { size: 1 } },
  circuitBreaker: { window: { kind: "count", size: 6 }, minimumCalls: 4, openFor: "210ms" },
  timeout: "107ms",
};
const retry = { attempts: 3, backoff: { base: "33ms", jitter: "none" }, budget: { ratio: 0.5 } };

it.each<[string, PolicyOptions]>([
  ["retries", { ...limits, idempotent: true, retry } as PolicyOptions],
  [
    "hedges",
    { ...limits, idempotent: true, hedge: { delay: "31ms", attempts: 3 } } as PolicyOptions,
  ],
])("decides what the driver decides, with %s", async (_, options) => {
  // Negative: fails after so long. Odd numbers, so that no two things happen at the same moment.
  const latency = fc.integer({ min: -150, max: 150 }).map((ms) => ms + Math.sign(ms) * 0.013);
  const latencies = fc.array(latency, { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(latencies, async (list) => {
      let attempts = 0;
      const simulated = simulate(
        options,
        () => {
          const latencyMs = list[attempts++ % list.length] ?? 0;
          return { latency: Math.abs(latencyMs), ok: latencyMs >= 0 };
        },
        { rate: 10, duration: "1s" },
      );
      expect(simulated.facts).toEqual(await driven(options, list));
    }),
    { numRuns: 60 },
  );
});
