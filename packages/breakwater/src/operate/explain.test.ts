import { describe, expect, it } from "vitest";
import { answer, fail, never, RETRY } from "../../test-support/driven.ts";
import { ManualClock } from "../clock/manual-clock.ts";
import { InvalidOptionsError, type PolicyOptions, policy } from "../index.ts";

function make(options: PolicyOptions, history?: number) {
  const clock = new ManualClock();
  const runtime = { clock, random: () => 0.5, ...(history !== undefined && { history }) };
  return { clock, subject: policy(options, runtime) };
}

const texts = (subject: { explain(count?: number): { text: string }[] }, count?: number) =>
  subject.explain(count).map(({ text }) => text);

describe("explain", () => {
  it("tells why a call was refused, by which window, and when to try again", async () => {
    const circuitBreaker = { window: { kind: "count", size: 4 }, openFor: "10s" } as const;
    const { clock, subject } = make({ circuitBreaker }, 10);
    for (let i = 0; i < 4; i++) {
      const result = subject.runOutcome(() => fail(clock, 5, new Error("down")));
      await clock.advance(5);
      await result;
    }
    await clock.advance(1200);
    await subject.runOutcome(() => 1);
    const judged = "circuit breaker (50 % failed over the last 4 attempts, open for 10s)";
    const opened = "4 of 4 attempts failed (limit 50 %)";
    expect(texts(subject, 2)).toEqual([
      `the circuit opened: ${opened}; judged by: ${judged}`,
      "call 5 was short-circuited after 0ms with 0 attempts: the circuit is open; try again in 8.8s; " +
        `the circuit opened 1.2s before, because: ${opened}; judged by: ${judged}`,
    ]);
    const [change, refused] = subject.explain(2);
    expect(change).toMatchObject({ callId: undefined, atMs: 20, outcome: undefined });
    expect(refused).toMatchObject({
      callId: 5,
      atMs: 1220,
      tookMs: 0,
      outcome: "shortCircuited",
      tryAgainAtMs: 10_020,
      circuit: { type: "circuitOpened", atMs: 20, reason: opened },
    });
    expect(refused?.facts.map(({ type }) => type)).toEqual(["attemptRefused", "callEnded"]);
  });

  it("tells where the time of a slow call went", async () => {
    const { clock, subject } = make({ idempotent: true, retry: RETRY, timeout: "300ms" }, 10);
    const result = subject.runOutcome(({ attempt }) =>
      attempt < 3 ? never() : answer(clock, 40, "ok"),
    );
    await clock.advance(310);
    expect(texts(subject)).toEqual([
      "call 1 is under way: attempt 1 timed out after 300ms; try 2 was to follow after 100ms",
    ]);
    await clock.advance(1000);
    await result;
    expect(texts(subject)).toEqual([
      "call 1 succeeded after 940ms with 3 attempts: attempt 1 timed out after 300ms; " +
        "try 2 was to follow after 100ms; attempt 2 timed out after 300ms; " +
        "try 3 was to follow after 200ms; attempt 3 succeeded after 40ms",
    ]);
    expect(subject.explain()[0]).toMatchObject({ outcome: "ok", tookMs: 940 });
  });

  it("tells of limits, and of what the fallback stood in for", async () => {
    const options = { rateLimiter: { limit: 1, per: "1s" }, fallback: { value: 0 } } as const;
    const { subject } = make(options, 10);
    await subject.run(() => 1);
    await subject.run(() => 1);
    expect(texts(subject)[1]).toBe(
      "call 2 was answered by the fallback, because it was rejected, after 0ms with 0 attempts: " +
        "the rate limit is reached; try again in 1s",
    );
    expect(subject.explain(1)[0]).toMatchObject({ tryAgainAtMs: 1000 });
  });

  it("tells why there was no retry", async () => {
    const { clock, subject } = make({ idempotent: true, retry: RETRY, deadline: "150ms" }, 5);
    const result = subject.runOutcome(() => fail(clock, 60, new Error("down")));
    await clock.advance(1000);
    await result;
    expect(texts(subject)[0]).toContain("no retry: the next one would come after the deadline");
  });

  it("remembers as many as it was told to, each whole or not at all", async () => {
    const { clock, subject } = make({}, 3);
    const slow = subject.run(() => answer(clock, 50, 1));
    for (let i = 0; i < 5; i++) await subject.run(() => 1);
    await clock.advance(50);
    await slow;
    expect(subject.explain().map(({ callId }) => callId)).toEqual([4, 5, 6]);
    expect(subject.explain(2).map(({ callId }) => callId)).toEqual([5, 6]);
    expect(subject.explain(0)).toEqual([]);
  });

  it("keeps listening when others leave", async () => {
    const { subject } = make({}, 3);
    subject.onFact(() => {})();
    await subject.run(() => 1);
    expect(subject.explain()).toHaveLength(1);
  });

  it("hands out copies", async () => {
    const { subject } = make({}, 3);
    await subject.run(() => 1);
    const [explanation] = subject.explain();
    (explanation?.facts as unknown[]).length = 0;
    expect(subject.explain()[0]?.facts).toHaveLength(3);
  });

  it("remembers nothing unless asked to", async () => {
    const { subject } = make({});
    await subject.run(() => 1);
    expect(subject.explain()).toEqual([]);
  });

  it.each([0, 1.5, -1, 100_001, Number.NaN])("refuses a history of %d", (history) => {
    expect(() => make({}, history)).toThrow(InvalidOptionsError);
  });
});
