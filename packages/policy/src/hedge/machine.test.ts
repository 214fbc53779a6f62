import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Call } from "../call-engine/call.ts";
import { CallEngine } from "../call-engine/engine.ts";
import type { Fact } from "../call-engine/facts.ts";
import { EVERY_PART } from "../policy/parts.ts";
import { resolvePolicy } from "../policy/resolve.ts";
import { Hedger, type ResolvedHedge } from "./machine.ts";

const fixed: ResolvedHedge = { attempts: 3, delayMs: 50, quantile: 0, minDelayMs: 1 };
const learnt: ResolvedHedge = { attempts: 2, delayMs: 100, quantile: 0.9, minDelayMs: 5 };

describe("the delay", () => {
  it("is fixed without a quantile, whatever the successes", () => {
    const hedger = new Hedger(fixed);
    for (let i = 0; i < 500; i++) hedger.answered(i);
    expect(hedger.delayMs).toBe(50);
  });

  it("is the longest one until enough successes are known", () => {
    const hedger = new Hedger(learnt);
    for (let i = 0; i < 19; i++) hedger.answered(10);
    expect(hedger.delayMs).toBe(100);
  });

  it("follows the quantile of the latest 128 successes", () => {
    const hedger = new Hedger(learnt);
    for (let i = 1; i <= 128; i++) hedger.answered((i % 64) + 1);
    // 1 to 64, each twice: nine tenths of 128 are at most the 116th smallest.
    expect(hedger.delayMs).toBe(58);
    for (let i = 0; i < 128; i++) hedger.answered(20);
    expect(hedger.delayMs).toBe(20);
  });

  it("goes on from what another one has learnt, and learns with it", () => {
    const before = new Hedger(learnt);
    for (let i = 0; i < 64; i++) before.answered(20);
    const after = new Hedger({ ...learnt, minDelayMs: 30 }, before);
    expect(after.delayMs).toBe(30);
    for (let i = 0; i < 120; i++) before.answered(60);
    for (let i = 0; i < 8; i++) after.answered(60);
    expect(after.delayMs).toBe(60);
    expect(new Hedger(fixed, before).delayMs).toBe(50);
    expect(new Hedger(learnt, new Hedger(fixed)).delayMs).toBe(100);
  });

  it("stays between the shortest and the longest delay", () => {
    const hedger = new Hedger(learnt);
    for (let i = 0; i < 128; i++) hedger.answered(0.1);
    expect(hedger.delayMs).toBe(5);
    for (let i = 0; i < 128; i++) hedger.answered(10_000);
    expect(hedger.delayMs).toBe(100);
  });

  it("settles where about that share of calls is hedged, though hedged calls are quicker", () => {
    // Deterministic latencies 1 to 100 in a fixed shuffled order; a hedged call is answered 10 ms after its delay.
    const hedger = new Hedger(learnt);
    let hedged = 0;
    for (let i = 0; i < 12_800; i++) {
      const latencyMs = ((i * 37) % 100) + 1;
      const late = latencyMs > hedger.delayMs;
      if (late && i >= 2_800) hedged++;
      hedger.answered(late ? Math.min(latencyMs, hedger.delayMs + 10) : latencyMs);
    }
    expect(hedged / 10_000).toBeGreaterThan(0.06);
    expect(hedged / 10_000).toBeLessThan(0.14);
  });
});

const scripts = fc.record({
  attempts: fc.integer({ min: 2, max: 4 }),
  delay: fc.integer({ min: 0, max: 20 }),
  timeout: fc.integer({ min: 21, max: 60 }),
  quantile: fc.option(fc.constantFrom(0.5, 0.9), { nil: undefined }),
  ends: fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 80 }), ok: fc.boolean() }), {
    minLength: 4,
    maxLength: 4,
  }),
});

/** Plays one call to its end and returns what was told of it. */
function play(script: typeof scripts extends fc.Arbitrary<infer T> ? T : never): Fact[] {
  const { attempts, delay, timeout, quantile, ends } = script;
  const facts: Fact[] = [];
  const hedge = { attempts, delay, ...(quantile === undefined ? {} : { quantile }) };
  const engine = new CallEngine(resolvePolicy({ idempotent: true, hedge, timeout }), {
    parts: EVERY_PART,
    random: () => 0.5,
    onFact: (fact) => facts.push(fact),
  });
  const call = new Call(1);
  const answers: { atMs: number; attempt: number; ok: boolean }[] = [];
  let sent = 0;
  let nowMs = 0;
  const follow = () => {
    if (call.next !== "attempt" || sent === call.attempt) return;
    sent = call.attempt;
    const end = ends[sent - 1] as { afterMs: number; ok: boolean };
    answers.push({ atMs: nowMs + end.afterMs, attempt: sent, ok: end.ok });
    answers.sort((a, b) => a.atMs - b.atMs);
  };
  engine.start(call, nowMs);
  follow();
  for (let step = 0; call.next !== "settled" && step < 100; step++) {
    const [next] = answers;
    if (next !== undefined && next.atMs < call.wakeAtMs) {
      nowMs = next.atMs;
      answers.shift();
      engine.finish(call, next.attempt, next.ok, nowMs);
    } else {
      nowMs = call.wakeAtMs;
      engine.wake(call, nowMs);
    }
    follow();
  }
  expect(call.next).toBe("settled");
  return facts;
}

const RUNS = { numRuns: 10_000, seed: 7 };

describe("invariants", () => {
  it("1: at most so many attempts, and none closer together than the delay but after a failure", () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const facts = play(script);
        const started = facts.filter((fact) => fact.type === "attemptStarted");
        expect(started.length).toBeLessThanOrEqual(script.attempts);
        for (const [i, { atMs }] of started.slice(1).entries()) {
          const before = started[i]?.atMs ?? 0;
          const failed = facts.some(
            (fact) =>
              fact.type === "attemptEnded" &&
              fact.atMs === atMs &&
              (fact.outcome === "failed" || fact.outcome === "timedOut"),
          );
          expect(failed || atMs - before >= Math.min(script.delay, 20)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it("every attempt that started ends once, and one success at most counts", () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const facts = play(script);
        const ended = facts.filter((fact) => fact.type === "attemptEnded");
        const started = facts.filter((fact) => fact.type === "attemptStarted");
        expect(ended.map(({ attempt }) => attempt).sort()).toEqual(
          started.map(({ attempt }) => attempt).sort(),
        );
        expect(ended.filter(({ outcome }) => outcome === "ok").length).toBeLessThanOrEqual(1);
        expect(facts.filter(({ type }) => type === "callEnded").length).toBe(1);
      }),
      RUNS,
    );
  });

  it("2: the delay lies between the shortest and the longest one", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (latencies) => {
        const hedger = new Hedger(learnt);
        for (const latencyMs of latencies) hedger.answered(latencyMs);
        expect(hedger.delayMs).toBeGreaterThanOrEqual(5);
        expect(hedger.delayMs).toBeLessThanOrEqual(100);
      }),
      RUNS,
    );
  });
});
