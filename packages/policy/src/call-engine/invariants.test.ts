import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyCircuit, anyProbation } from "../../test-support/breaker-options.ts";
import { holds } from "../../test-support/properties.ts";
import { type Breaker, NO_PERMIT } from "../breaker.ts";
import type { ResolvedBulkhead } from "../bulkhead/machine.ts";
import type { ResolvedClientThrottle } from "../client-throttle/machine.ts";
import { EVERY_PART } from "../policy/parts.ts";
import type { ResolvedPolicy } from "../policy/resolved.ts";
import type { ResolvedRateLimiter } from "../rate-limiter/machine.ts";
import type { ResolvedRetry } from "../retry/machine.ts";
import type { ResolvedRetryBudget } from "../retry-budget/machine.ts";
import { Call } from "./call.ts";
import { CallEngine } from "./engine.ts";

const NEVER = Number.POSITIVE_INFINITY;

const anyRetry: fc.Arbitrary<ResolvedRetry> = fc.record({
  attempts: fc.integer({ min: 1, max: 4 }),
  kind: fc.constantFrom("constant", "linear", "exponential", "decorrelated"),
  baseMs: fc.constantFrom(0, 10, 50),
  capMs: fc.constantFrom(20, 200),
  factor: fc.constantFrom(1, 2, 3),
  jitter: fc.constantFrom("none", "full", "equal", "decorrelated"),
  respectServerDelay: fc.boolean(),
  serverDelayCapMs: fc.constantFrom(50, 500),
});

const anyBudget: fc.Arbitrary<ResolvedRetryBudget> = fc.record({
  ratio: fc.constantFrom(0, 0.1, 1),
  floorPerMs: fc.constantFrom(0, 0.01),
  capacity: fc.constantFrom(1, 3),
  perSuccess: fc.boolean(),
});

const anyThrottle: fc.Arbitrary<ResolvedClientThrottle> = fc.record({
  multiplier: fc.constantFrom(1, 2),
  windowMs: fc.constantFrom(60, 600),
  floorPerMs: fc.constantFrom(0, 0.05),
});

const anyRateLimiter: fc.Arbitrary<ResolvedRateLimiter> = fc.record({
  kind: fc.constantFrom("tokenBucket", "slidingWindow"),
  limit: fc.constantFrom(1, 2, 4),
  perMs: fc.constantFrom(20, 60),
  burst: fc.constantFrom(1, 2),
  maxWaitMs: fc.constantFrom(0, 15, 100),
});

const anyBulkhead: fc.Arbitrary<ResolvedBulkhead> = fc.record({
  concurrent: fc.constantFrom(1, 2),
  queue: fc.record({
    size: fc.constantFrom(0, 1, 3),
    order: fc.constantFrom("fifo", "lifo"),
    maxWaitMs: fc.constantFrom(10, 60, NEVER),
  }),
});

const anyPolicy: fc.Arbitrary<ResolvedPolicy> = fc.record({
  name: fc.constant(""),
  deadlineMs: fc.constantFrom(30, 200, NEVER),
  timeoutMs: fc.constantFrom(20, 60, NEVER),
  retry: fc.option(anyRetry, { nil: undefined }),
  // One attempt at a time, so that a call with an attempt out holds one permit and one place.
  hedge: fc.constant(undefined),
  clientThrottle: fc.option(anyThrottle, { nil: undefined }),
  concurrencyLimiter: fc.constant(undefined),
  retryBudget: fc.option(anyBudget, { nil: undefined }),
  rateLimiter: fc.option(anyRateLimiter, { nil: undefined }),
  bulkhead: fc.option(anyBulkhead, { nil: undefined }),
  circuitBreaker: fc.option(anyCircuit, { nil: undefined }),
  probationBreaker: fc.option(anyProbation, { nil: undefined }),
  hasFallback: fc.boolean(),
  lateAnswers: fc.constantFrom("ignored", "taken"),
});

const PAUSES = [0, 0, 1, 5, 10, 20, 50, 300];
const VERBS = ["start", "ok", "ok", "fail", "fail", "late", "wake", "cancel"] as const;

/** A step is one number: a verb, a pause, a call, an attempt. */
const anySteps = fc.array(fc.nat(8 * 8 * 4 * 4 - 1), { maxLength: 25, size: "max" });

/** Does to an engine what a shell does, and counts what must not get lost. */
class Shell {
  readonly engine: CallEngine;
  readonly calls: Call[] = [];
  readonly ended: number[] = [];
  readonly started: { callId: number; atMs: number }[] = [];
  /** By call: the attempts that have not ended, those that were given up included. */
  readonly running: Set<number>[] = [];
  /** Calls that the shell was told of, since a step for another has moved them. */
  readonly resumed: Call[] = [];
  permitsOut = 0;
  nowMs: number;

  constructor(policy: ResolvedPolicy, startMs = 0) {
    this.nowMs = startMs;
    this.engine = new CallEngine(policy, {
      parts: EVERY_PART,
      random: () => 0.5,
      onFact: (fact) => {
        if (fact.type === "callEnded") this.ended.push(fact.callId);
        if (fact.type === "attemptStarted") {
          this.started.push(fact);
          this.running[fact.callId]?.add(fact.attempt);
        }
      },
    });
    if (this.engine.breaker !== undefined) this.#countPermits(this.engine.breaker);
  }

  #countPermits(breaker: Breaker): void {
    const acquire = breaker.acquire.bind(breaker);
    const record = breaker.record.bind(breaker);
    const release = breaker.release.bind(breaker);
    breaker.acquire = (nowMs) => {
      const permit = acquire(nowMs);
      if (permit !== NO_PERMIT) this.permitsOut++;
      return permit;
    };
    breaker.record = (...given) => {
      this.permitsOut--;
      return record(...given);
    };
    breaker.release = (...given) => {
      this.permitsOut--;
      release(...given);
    };
  }

  /** The call that the step was about, if there is one. */
  play(code: number): Call | undefined {
    const { engine, calls } = this;
    const verb = VERBS[code & 7];
    const pick = code >> 6;
    this.nowMs += PAUSES[(code >> 3) & 7] as number;
    if (verb === "start") {
      const call = new Call(calls.length);
      call.priority = pick % 3;
      calls.push(call);
      this.running.push(new Set());
      engine.start(call, this.nowMs, pick % 4 === 0 ? this.nowMs + 25 : NEVER);
    } else {
      const call = calls[pick % Math.max(1, calls.length)];
      if (call === undefined) return undefined;
      if (verb === "wake") this.wake(call);
      else if (verb === "cancel") engine.cancel(call, this.nowMs);
      else if (verb === "late") this.endGivenUp(call, pick % 2 === 0);
      else this.answer(call, verb === "ok", pick % 4 === 3 ? 40 : -1);
    }
    this.resume();
    return verb === "start" ? calls.at(-1) : calls[pick % calls.length];
  }

  /** Lets time pass until the call wants to be woken; others may then be woken late. */
  wake(call: Call): void {
    if (call.wakeAtMs !== NEVER) this.nowMs = Math.max(this.nowMs, call.wakeAtMs);
    this.engine.wake(call, this.nowMs);
    this.resume();
  }

  /** Answers the attempt that is out, if there is one. */
  answer(call: Call, ok: boolean, serverDelayMs = -1): void {
    if (call.next !== "attempt") return;
    this.running[call.id]?.delete(call.attempt);
    this.engine.finish(call, call.attempt, ok, this.nowMs, serverDelayMs);
    this.resume();
  }

  /** Ends an attempt that was given up, with an answer or without. */
  endGivenUp(call: Call, answered: boolean): void {
    const running = this.running[call.id] as Set<number>;
    const [attempt] = running;
    if (attempt === undefined || (call.next === "attempt" && attempt === call.attempt)) return;
    running.delete(attempt);
    if (answered) this.engine.finish(call, attempt, true, this.nowMs);
    else this.engine.ended(call, this.nowMs);
    this.resume();
  }

  resume(): void {
    for (let call = this.engine.takeResumed(); call; call = this.engine.takeResumed()) {
      this.resumed.push(call);
    }
  }
}

function settled(call: Call): boolean {
  return call.next === "settled";
}

function moment({ next, attempt, tries }: Call): string {
  return `${next} ${attempt} ${tries}`;
}

describe("call engine", () => {
  it("invariant 1: every call settles exactly once, and every permit ends exactly once", () =>
    holds(
      fc.property(anyPolicy, anySteps, (policy, steps) => {
        const shell = new Shell(policy);
        for (const code of steps) {
          shell.play(code);
          const out = shell.calls.filter(({ next }) => next === "attempt").length;
          if (shell.engine.breaker !== undefined && shell.permitsOut !== out) {
            expect(shell.permitsOut).toBe(out);
          }
        }
        for (const call of shell.calls) shell.engine.cancel(call, shell.nowMs);
        const ended = shell.ended.sort((a, b) => a - b).join();
        const all = shell.calls.map(({ id }) => id).join();
        if (ended !== all || shell.permitsOut !== 0)
          expect([ended, shell.permitsOut]).toEqual([all, 0]);
      }),
    ));

  it("invariant 2: a call that is not settled has an attempt out, a wake-up ahead, or a place in line", () =>
    holds(
      fc.property(anyPolicy, anySteps, (policy, steps) => {
        const shell = new Shell(policy);
        for (const code of steps) {
          shell.play(code);
          for (const { next, wakeAtMs, line, deadlineAtMs } of shell.calls) {
            const finite = deadlineAtMs < NEVER || policy.timeoutMs < NEVER;
            if (next === "settled" ? wakeAtMs === NEVER && line === undefined : next === "wait")
              continue;
            if (next === "attempt" && finite === wakeAtMs < NEVER) continue;
            expect.fail(`${next} until ${wakeAtMs}`);
          }
          for (const { next, wakeAtMs, line } of shell.calls) {
            if (next === "wait" && wakeAtMs === NEVER && line === undefined) expect.fail("lost");
          }
        }
      }),
    ));

  it("holds a place for every attempt that runs, given up or not, and for nothing else", () =>
    holds(
      fc.property(anyPolicy, anySteps, (policy, steps) => {
        const { bulkhead: options } = policy;
        if (options === undefined) return;
        const shell = new Shell(policy);
        const { bulkhead } = shell.engine.admission;
        for (const code of steps) {
          shell.play(code);
          const running = shell.running.reduce((sum, { size }) => sum + size, 0);
          const inLine = shell.calls.filter(({ line }) => line !== undefined).length;
          const here = [bulkhead?.inFlight, bulkhead?.waiting];
          const idle = inLine > 0 && running < options.concurrent;
          if (here.join() === [running, inLine].join() && running <= options.concurrent && !idle) {
            continue;
          }
          expect(here).toEqual([running, inLine]);
          expect.fail(`${running} running and ${inLine} waiting`);
        }
      }),
    ));

  it("has its wake-up in the future whenever it begins an attempt or a wait", () =>
    holds(
      fc.property(anyPolicy, anySteps, (policy, steps) => {
        const shell = new Shell(policy);
        for (const code of steps) {
          const before = shell.calls.map(moment);
          shell.play(code);
          for (const call of shell.calls) {
            if (before[call.id] !== moment(call) && call.wakeAtMs <= shell.nowMs) {
              expect.fail(`${call.next} until ${call.wakeAtMs} at ${shell.nowMs}`);
            }
          }
        }
      }),
    ));

  it("tells the shell of every call that a step for another has moved", () =>
    holds(
      fc.property(anyPolicy, anySteps, (policy, steps) => {
        const shell = new Shell(policy);
        for (const code of steps) {
          const before = shell.calls.map(moment);
          shell.resumed.length = 0;
          const stepped = shell.play(code);
          for (const call of shell.calls) {
            const moved = call !== stepped && before[call.id] !== moment(call);
            if (moved && !shell.resumed.includes(call)) expect.fail(`call ${call.id} is lost`);
          }
        }
      }),
    ));

  it("makes progress: woken whenever it asks, and failing whenever it tries, a call soon ends", () =>
    holds(
      fc.property(anyPolicy, anySteps, (policy, steps) => {
        const shell = new Shell(policy);
        for (const code of steps) shell.play(code);
        // A try waits for its backoff, its turn and its place, is answered, and ends.
        const most = 5 * (policy.retry?.attempts ?? 1) * shell.calls.length;
        for (let i = 0; i < most && !shell.calls.every(settled); i++) {
          for (const call of shell.calls) {
            shell.endGivenUp(call, false);
            if (call.wakeAtMs < NEVER) shell.wake(call);
            else shell.answer(call, false);
          }
        }
        if (!shell.calls.every(settled)) expect.fail(`not settled after ${most} rounds`);
      }),
    ));

  it("starts no attempt at or after the deadline, and no more than `attempts`", () =>
    holds(
      fc.property(anyPolicy, anySteps, (policy, steps) => {
        const shell = new Shell(policy);
        for (const code of steps) shell.play(code);
        for (const { callId, atMs } of shell.started) {
          const { deadlineAtMs } = shell.calls[callId] as Call;
          if (atMs >= deadlineAtMs) expect.fail(`attempt at ${atMs}, deadline ${deadlineAtMs}`);
        }
        const most = policy.retry?.attempts ?? 1;
        for (const { attempt, tries } of shell.calls) {
          if (attempt > tries || tries > most) expect.fail(`${attempt} attempts in ${tries} tries`);
        }
      }),
    ));

  it("uses its fallback for every failure and for nothing else", () =>
    holds(
      fc.property(anyPolicy, anySteps, (policy, steps) => {
        const shell = new Shell(policy);
        for (const code of steps) shell.play(code);
        for (const { outcome, cause, attempt } of shell.calls.filter(settled)) {
          const fine = outcome === "ok" || outcome === "cancelled";
          if (fine ? cause !== undefined : (outcome === "fallback") !== policy.hasFallback) {
            expect.fail(`${outcome} for ${cause}`);
          }
          if ((outcome === "ok" || cause === "failed") && attempt === 0) expect.fail("no attempt");
        }
      }),
    ));

  it("decides the same wherever its clock has its zero", () =>
    holds(
      fc.property(anyPolicy, anySteps, fc.nat(1e12), (policy, steps, shiftMs) => {
        const story = (startMs: number) => {
          const shell = new Shell(policy, startMs);
          return steps.map((code) => {
            const call = shell.play(code);
            if (call === undefined) return "";
            return `${call.next} ${call.wakeAtMs - startMs} ${call.attempt} ${call.outcome}`;
          });
        };
        const here = story(0);
        const there = story(shiftMs);
        if (here.join("\n") !== there.join("\n")) expect(there).toEqual(here);
      }),
    ));
});
