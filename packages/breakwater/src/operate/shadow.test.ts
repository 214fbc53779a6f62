import { describe, expect, it } from "vitest";
import { answer, fail, never, RETRY } from "../../test-support/driven.ts";
import { parseExposition } from "../../test-support/exposition-parser.ts";
import { ManualClock } from "../clock/manual-clock.ts";
import {
  type Fact,
  InvalidOptionsError,
  type PolicyOptions,
  policy,
  type Runtime,
} from "../index.ts";
import { prometheus } from "../prometheus.ts";

const down = new Error("down");

function make(options: PolicyOptions, shadow: Runtime["shadow"], history?: number) {
  const clock = new ManualClock();
  const runtime = { clock, random: () => 0.5, shadow, ...(history && { history }) } as Runtime;
  const subject = policy(options, runtime);
  const facts: Fact[] = [];
  subject.onFact((fact) => {
    if (fact.shadow === true) facts.push(fact);
  });
  const outcome = async () => (await subject.runOutcome(() => 1)).outcome;
  const failing = () => subject.runOutcome(() => Promise.reject(down));
  return { clock, subject, facts, outcome, failing };
}

describe("a shadowed circuit", () => {
  const circuitBreaker = { window: { kind: "consecutive", failures: 2 }, openFor: "1s" } as const;

  it("opens, tells what it would have refused, and lets everything through", async () => {
    const { clock, subject, facts, outcome, failing } = make({ circuitBreaker }, true);
    await failing();
    await failing();
    expect(await outcome()).toBe("ok");
    expect(subject.breaker).toBeUndefined();
    expect(facts).toEqual([
      expect.objectContaining({ type: "circuitOpened", shadow: true }),
      {
        type: "attemptRefused",
        atMs: 0,
        callId: 3,
        reason: "circuitOpen",
        retryAfterMs: 1000,
        shadow: true,
      },
    ]);
    await clock.advance(1000);
    expect(await outcome()).toBe("ok");
    expect(facts.slice(2).map(({ type }) => type)).toEqual(["circuitHalfOpened", "circuitClosed"]);
  });

  it("learns nothing from attempts that it would have refused", async () => {
    const { facts, failing } = make({ circuitBreaker }, ["circuitBreaker"]);
    for (let i = 0; i < 6; i++) await failing();
    expect(facts.filter(({ type }) => type === "circuitOpened")).toHaveLength(1);
    expect(facts.filter(({ type }) => type === "attemptRefused")).toHaveLength(4);
  });
});

describe("shadowed limits", () => {
  it("rate limiter: tells what would have been refused or delayed", async () => {
    const limit = { limit: 1, per: "1s", maxWait: "1s" } as const;
    const { facts, outcome } = make({ rateLimiter: limit }, ["rateLimiter"]);
    expect([await outcome(), await outcome(), await outcome()]).toEqual(["ok", "ok", "ok"]);
    expect(facts).toMatchObject([
      { type: "attemptQueued", callId: 2, waitsFor: "rate", untilMs: 1000 },
      { type: "attemptRefused", callId: 3, reason: "rateLimited", retryAfterMs: 2000 },
    ]);
  });

  it("bulkhead: counts attempts under way", async () => {
    const options: PolicyOptions = { bulkhead: { concurrent: 1, queue: { size: 1 } } };
    const { clock, subject, facts, outcome } = make(options, ["bulkhead"]);
    const slow = [1, 2, 3].map(() => subject.run(() => answer(clock, 50, 1)));
    await clock.advance(50);
    await Promise.all(slow);
    expect(facts).toMatchObject([
      { type: "attemptQueued", callId: 2, waitsFor: "place" },
      { type: "attemptRefused", callId: 3, reason: "bulkheadFull" },
    ]);
    facts.length = 0;
    expect(await outcome()).toBe("ok");
    expect(facts).toEqual([]);
  });
});

describe("shadowed times and retries", () => {
  it("timeout and deadline: tell afterwards, and cut nothing short", async () => {
    const options: PolicyOptions = { timeout: "100ms", deadline: "200ms" };
    const { clock, subject, facts } = make(options, ["timeout", "deadline"]);
    const slow = subject.run(() => answer(clock, 300, "late"));
    await clock.advance(300);
    expect(await slow).toBe("late");
    expect(facts).toMatchObject([
      { type: "attemptEnded", atMs: 300, outcome: "timedOut", latencyMs: 100 },
      { type: "callEnded", atMs: 300, outcome: "timedOut" },
    ]);
  });

  it("retry: tells of the first retry, or why there would be none", async () => {
    const retry = { ...RETRY, budget: { ratio: 0.001, capacity: 1 } };
    const { facts, failing } = make({ idempotent: true, retry }, ["retry"]);
    expect((await failing()).attempts).toBe(1);
    await failing();
    expect(facts).toMatchObject([
      { type: "retryScheduled", callId: 1, nextTry: 2, delayMs: 100 },
      { type: "retryStopped", callId: 2, reason: "budgetExhausted" },
    ]);
  });

  it("what is not shadowed is enforced", async () => {
    const options: PolicyOptions = {
      timeout: "100ms",
      circuitBreaker: { window: { kind: "consecutive", failures: 1 } },
    };
    const { clock, subject, facts, outcome } = make(options, ["circuitBreaker"]);
    const result = subject.runOutcome(never);
    await clock.advance(100);
    expect(await result).toMatchObject({ outcome: "timedOut" });
    expect(facts).toMatchObject([{ type: "circuitOpened" }]);
    expect(await outcome()).toBe("ok");
  });

  it("fallback: tells for what it would have stood in", async () => {
    const { failing, outcome, facts } = make({ fallback: { value: 0 } }, ["fallback"]);
    expect([(await failing()).outcome, await outcome()]).toEqual(["failed", "ok"]);
    expect(facts).toMatchObject([{ type: "callEnded", outcome: "fallback", cause: "failed" }]);
  });
});

describe("shadow mode", () => {
  it("shows in explanations and metrics as what it is", async () => {
    const circuitBreaker = { window: { kind: "consecutive", failures: 1 }, openFor: "1s" } as const;
    const { subject, outcome, failing } = make({ name: "stock", circuitBreaker }, true, 10);
    const endpoint = prometheus([subject]);
    await failing();
    await outcome();
    const [, opened, passed] = subject.explain();
    expect(opened?.text).toMatch(/^in shadow: the circuit opened: 1 failure in a row/);
    expect(passed).toMatchObject({ outcome: "ok", tryAgainAtMs: undefined, circuit: undefined });
    expect(passed?.text).toContain("in shadow: the circuit is open; try again in 1s");
    const metrics = parseExposition(endpoint.text());
    expect(metrics.get("breakwater_refusals_total")?.samples.size).toBe(0);
    const decided = [...(metrics.get("breakwater_shadow_decisions_total")?.samples ?? [])];
    expect(decided).toEqual([
      ["breakwater_shadow_decisions_total{policy=stock,decision=circuitOpened}", 1],
      ["breakwater_shadow_decisions_total{policy=stock,decision=attemptRefused}", 1],
    ]);
  });

  it("goes on after reconfigure, with a state of its own", async () => {
    const breaker = (failures: number): PolicyOptions => ({
      circuitBreaker: { window: { kind: "consecutive", failures } },
    });
    const { clock, subject, facts, outcome, failing } = make(breaker(2), true);
    const early = subject.runOutcome(() => fail(clock, 10, down));
    await failing();
    subject.reconfigure(breaker(1));
    await clock.advance(10);
    await early;
    expect(facts).toEqual([]);
    await failing();
    expect(await outcome()).toBe("ok");
    expect(facts.map(({ type }) => type)).toEqual(["circuitOpened", "attemptRefused"]);
  });

  it("refuses parts that cannot be tried out", () => {
    const shadow = ["name"] as unknown as Runtime["shadow"];
    expect(() => make({}, shadow)).toThrow(InvalidOptionsError);
    expect(() => make({}, shadow)).toThrow("shadow[0]");
  });
});
