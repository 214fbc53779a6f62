import type { PolicyOptions } from "@breakwater/policy";
import { describe, expect, it } from "vitest";
import { make, never } from "../../test-support/driven.ts";

describe("the fallback", () => {
  const down = new Error("down");
  const failing = () => Promise.reject(down);

  it("stands in with a value", async () => {
    const { subject } = make({ fallback: { value: "cached" } });
    expect(await subject.run(failing)).toBe("cached");
    expect(await subject.runOutcome(failing)).toEqual({
      outcome: "fallback",
      value: "cached",
      error: undefined,
      attempts: 1,
      cause: "failed",
      freshness: "default",
      ageMs: undefined,
    });
  });

  it("stands in with a function, which is told what it stands in for", async () => {
    const contexts: unknown[] = [];
    const fallback = async (context: unknown) => {
      contexts.push(context);
      return "cached";
    };
    const { clock, subject } = make({ timeout: 100, fallback });
    expect(await subject.run(failing)).toBe("cached");
    const slow = subject.run(never);
    await clock.advance(100);
    expect(await slow).toBe("cached");
    expect(contexts).toEqual([
      { outcome: "failed", error: down, attempts: 1 },
      {
        outcome: "timedOut",
        error: expect.objectContaining({ code: "BREAKWATER_TIMEOUT" }),
        attempts: 1,
      },
    ]);
  });

  it.each(["throws", "rejects"])("ends the call with its own error when it %s", async (how) => {
    const worse = new Error("nothing cached");
    const fallback = (): unknown => {
      if (how === "throws") throw worse;
      return Promise.reject(worse);
    };
    const { subject } = make({ fallback });
    await expect(subject.run(failing)).rejects.toBe(worse);
    expect(await subject.runOutcome(failing)).toMatchObject({ outcome: "failed", error: worse });
  });
});

describe("the circuit breaker", () => {
  const options: PolicyOptions = {
    name: "stock",
    circuitBreaker: { window: { kind: "consecutive", failures: 1 }, openFor: 1000 },
  };

  it("says why it refuses, and when to try again, without a stack trace", async () => {
    const { clock, subject } = make(options);
    await subject.runOutcome(() => Promise.reject(new Error("down")));
    await clock.advance(400);
    const { error, outcome } = await subject.runOutcome(() => 1);
    expect(outcome).toBe("shortCircuited");
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      code: "BREAKWATER_CIRCUIT_OPEN",
      reason: "circuitOpen",
      retryAfterMs: 600,
      message: "stock: the circuit is open; try again in 600 ms",
    });
    expect((error as Error).stack).not.toContain("\n");
    expect(new Error("captured as ever").stack).toContain("\n");
  });

  it("is operated by hand", async () => {
    const { subject } = make(options);
    subject.breaker?.isolate("maintenance");
    await expect(subject.run(() => 1)).rejects.toMatchObject({
      reason: "circuitIsolated",
      retryAfterMs: undefined,
    });
    expect(subject.breaker?.state).toBe("isolated");
    subject.breaker?.reset();
    expect(await subject.run(() => 1)).toBe(1);
  });

  it("tells its state as of now", async () => {
    const { clock, subject } = make(options);
    await subject.runOutcome(() => Promise.reject(new Error("down")));
    expect(subject.breaker?.state).toBe("open");
    await clock.advance(1000);
    expect(subject.breaker?.state).toBe("halfOpen");
  });

  it("moves its state to another process", async () => {
    const { subject } = make(options);
    await subject.runOutcome(() => Promise.reject(new Error("down")));
    const state = JSON.parse(JSON.stringify(subject.breaker?.exportState()));
    const { clock, subject: other } = make(options);
    other.breaker?.restoreState(state);
    expect(other.breaker?.state).toBe("open");
    await clock.advance(1000);
    expect(other.breaker?.state).toBe("halfOpen");
    expect(() => other.breaker?.restoreState({ kind: "nonsense" })).toThrowError();
    expect(other.breaker?.state).toBe("halfOpen");
  });

  it("is absent where the policy has none", () => {
    expect(make({}).subject.breaker).toBeUndefined();
  });
});
