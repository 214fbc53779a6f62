import { describe, expect, it } from "vitest";
import { answer, fail } from "../../test-support/driven.ts";
import { parseExposition } from "../../test-support/exposition-parser.ts";
import { ManualClock } from "../clock/manual-clock.ts";
import {
  type Fact,
  type PolicyOptions,
  policy,
  type RetryOptions,
  type Runtime,
} from "../index.ts";
import { prometheus } from "../prometheus.ts";

const down = new Error("down");

function make(options: PolicyOptions, shadow: Exclude<Runtime["shadow"], undefined>) {
  const clock = new ManualClock();
  const subject = policy(options, { clock, random: () => 0.5, shadow, history: 50 });
  const facts: Fact[] = [];
  subject.onFact((fact) => {
    if (fact.shadow === true) facts.push(fact);
  });
  const outcomes: string[] = [];
  const call = async (run: () => unknown) => {
    outcomes.push((await subject.runOutcome(run)).outcome);
  };
  return { clock, subject, facts, call, outcomes };
}

describe("a shadowed client throttle", () => {
  const options: PolicyOptions = { clientThrottle: { multiplier: 1.1, window: "10s" } };

  it("tells what it would have refused, of a dependency that accepts nothing", async () => {
    const { facts, call, outcomes } = make(options, ["clientThrottle"]);
    for (let i = 0; i < 40; i++) await call(() => Promise.reject(down));
    expect(new Set(outcomes)).toEqual(new Set(["failed"]));
    expect(new Set(facts.map(({ type }) => type))).toEqual(new Set(["attemptRefused"]));
    expect(facts[0]).toMatchObject({ reason: "throttled", callId: expect.any(Number) });
    expect(facts.length).toBeGreaterThan(30);
  });

  it("keeps its counts when the policy is reconfigured", async () => {
    const { facts, call, subject } = make(options, true);
    for (let i = 0; i < 40; i++) await call(() => Promise.reject(down));
    const before = facts.length;
    subject.reconfigure({ clientThrottle: { multiplier: 1.2, window: "20s" } });
    await call(() => 1);
    expect(facts).toHaveLength(before + 1);
  });
});

describe("a shadowed concurrency limiter", () => {
  const limiter = (max: number): PolicyOptions => ({
    concurrencyLimiter: {
      algorithm: { kind: "aimd", backoff: 0.5 },
      initial: 2,
      max,
      queue: { size: 1 },
    },
  });

  it("finds a limit, and tells who would have waited or been refused", async () => {
    const { clock, facts, call, outcomes } = make(limiter(10), ["concurrencyLimiter"]);
    const slow = [1, 2, 3, 4].map(() => call(() => answer(clock, 50, 1)));
    await clock.advance(50);
    await Promise.all(slow);
    expect(outcomes).toEqual(Array(4).fill("ok"));
    expect(facts).toMatchObject([
      { type: "attemptQueued", callId: 3, waitsFor: "place" },
      { type: "attemptRefused", callId: 4, reason: "bulkheadFull" },
      { type: "limitChanged", callId: 3, limit: 3 },
    ]);
  });

  it('takes what says "too much" for dropped, and counts on when reconfigured', async () => {
    const { clock, facts, call, subject } = make(limiter(10), true);
    const overloaded = Object.assign(new Error("429"), { overloaded: true });
    const slow = [1, 2, 3].map(() => call(() => fail(clock, 50, overloaded)));
    subject.reconfigure(limiter(5));
    await call(() => 1);
    await clock.advance(50);
    await Promise.all(slow);
    expect(facts).toMatchObject([
      { type: "attemptQueued", callId: 3 },
      { type: "attemptRefused", callId: 4 },
      { type: "limitChanged", callId: 1, limit: 1 },
    ]);
    expect(subject.explain().map(({ text }) => text)).toContainEqual(
      expect.stringContaining("in shadow: the limit is 1 now: an attempt was dropped after 50ms"),
    );
  });
});

describe("a shadowed hedge", () => {
  const hedge = (delay: string, budget?: RetryOptions["budget"]): PolicyOptions => ({
    idempotent: true,
    hedge: { delay, ...(budget && { budget }) },
  });

  it("tells when another attempt would have gone out, and sends none", async () => {
    const { clock, facts, call, subject } = make(hedge("20ms"), ["hedge"]);
    let attempts = 0;
    const run = (tookMs: number) => () => {
      attempts++;
      return answer(clock, tookMs, 1);
    };
    const calls = [call(run(10)), call(run(50)), call(() => fail(clock, 5, down))];
    await clock.advance(50);
    await Promise.all(calls);
    expect(attempts).toBe(2);
    expect(facts).toEqual([
      { type: "hedgeDue", atMs: 5, callId: 3, afterMs: 5, shadow: true },
      { type: "hedgeDue", atMs: 50, callId: 2, afterMs: 20, shadow: true },
    ]);
    const [last] = subject.explain(2);
    expect(last?.text).toContain("in shadow: one more attempt was to go out after 20ms");
  });

  it("asks its budget", async () => {
    const budget = { ratio: 0.001, capacity: 1 };
    const { clock, facts, call } = make(hedge("20ms", budget), ["hedge"]);
    const calls = [1, 2].map(() => call(() => answer(clock, 30, 1)));
    await clock.advance(30);
    await Promise.all(calls);
    expect(facts).toMatchObject([
      { type: "hedgeDue", callId: 1 },
      { type: "hedgeSkipped", callId: 2, reason: "budgetExhausted" },
    ]);
  });

  it("learns its delay from what really happens, through a change of options", async () => {
    const options = (delay: string): PolicyOptions => ({
      idempotent: true,
      hedge: { delay, quantile: 0.9 },
    });
    const { clock, facts, call, subject } = make(options("1s"), true);
    for (let i = 0; i < 32; i++) {
      const one = call(() => answer(clock, 10, 1));
      await clock.advance(10);
      await one;
    }
    subject.reconfigure(options("2s"));
    const slow = call(() => answer(clock, 100, 1));
    await clock.advance(100);
    await slow;
    expect(facts).toMatchObject([{ type: "hedgeDue", callId: 33, afterMs: 10 }]);
  });
});

it("metrics count what shadowed parts would have done, apart from what is done", async () => {
  const { call, subject } = make(
    { clientThrottle: { multiplier: 1.1 }, fallback: { value: 0 } },
    true,
  );
  const endpoint = prometheus([subject]);
  for (let i = 0; i < 10; i++) await call(() => Promise.reject(down));
  const metrics = parseExposition(endpoint.text());
  const decisions = metrics.get("breakwater_shadow_decisions_total")?.samples;
  const of = (decision: string) =>
    decisions?.get(`breakwater_shadow_decisions_total{policy=,decision=${decision}}`);
  expect(of("attemptRefused")).toBeGreaterThan(0);
  expect(of("callEnded")).toBe(10);
  expect(metrics.get("breakwater_refusals_total")?.samples.size).toBe(0);
});
