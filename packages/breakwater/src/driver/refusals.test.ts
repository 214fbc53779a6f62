import { describe, expect, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { policy } from "../policy.ts";

describe("the errors of an open circuit", () => {
  async function opened(fallback?: { value: string }) {
    const clock = new ManualClock();
    const circuitBreaker = { failureRate: 0.5, minimumCalls: 1, openFor: 100 };
    const options = fallback === undefined ? { circuitBreaker } : { circuitBreaker, fallback };
    const subject = policy<string>(options, { clock });
    await subject.runOutcome(() => Promise.reject(new Error("down")));
    const refused = async () => (await subject.runOutcome(() => "answer")).error;
    return { clock, subject, refused };
  }

  it("are one for all calls of a millisecond, and another in the next", async () => {
    const { clock, refused } = await opened();
    const first = await refused();
    expect(await refused()).toBe(first);
    expect(first).toMatchObject({ code: "BREAKWATER_CIRCUIT_OPEN", retryAfterMs: 100 });
    await clock.advance(0.5);
    expect(await refused()).toBe(first);
    await clock.advance(1);
    const later = await refused();
    expect(later).not.toBe(first);
    expect(later).toMatchObject({ reason: "circuitOpen", retryAfterMs: 98.5 });
  });

  it("change with the reason", async () => {
    const { subject, refused } = await opened();
    const first = await refused();
    subject.breaker?.isolate();
    const isolated = { reason: "circuitIsolated", retryAfterMs: undefined };
    expect(first).toMatchObject({ reason: "circuitOpen" });
    expect(await refused()).toMatchObject(isolated);
    expect(await refused()).toMatchObject(isolated);
  });

  it("reach each caller in a promise of its own", async () => {
    const { subject } = await opened();
    const calls = Array.from({ length: 3 }, () => subject.run(() => "answer"));
    expect(new Set(calls).size).toBe(3);
    const reasons = (await Promise.allSettled(calls)).map(
      (call) => (call as PromiseRejectedResult).reason,
    );
    expect(new Set(reasons).size).toBe(1);
    expect(reasons[0]).toMatchObject({ message: "the circuit is open; try again in 100 ms" });
  });

  it("are not needed where a value stands in", async () => {
    const { subject } = await opened({ value: "stand-in" });
    expect(await subject.run(() => "answer")).toBe("stand-in");
    expect(await subject.runOutcome(() => "answer")).toMatchObject({
      outcome: "fallback",
      cause: "shortCircuited",
      attempts: 0,
      freshness: "default",
    });
  });
});
