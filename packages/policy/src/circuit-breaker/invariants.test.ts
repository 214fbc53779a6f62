import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyCircuit, circuitKinds } from "../../test-support/breaker-options.ts";
import { Player, SLOW_MS, type Step, scripts, trace } from "../../test-support/breaker-script.ts";
import { circuitOptions } from "../../test-support/breakers.ts";
import { NaiveCircuitBreaker } from "../../test-support/naive-circuit-breaker.ts";
import { holds } from "../../test-support/properties.ts";
import { NO_PERMIT } from "../breaker.ts";
import { exportBreaker } from "../breaker-state.ts";
import { CircuitBreaker } from "./machine.ts";
import type { ResolvedCircuitBreaker } from "./resolved.ts";

/** The trace of the naive breaker, in the words of `trace`. */
function naiveTrace(options: ResolvedCircuitBreaker, steps: readonly Step[]): string[] {
  const breaker = new NaiveCircuitBreaker(options);
  const permits: NonNullable<ReturnType<NaiveCircuitBreaker["acquire"]>>[] = [];
  let nowMs = 0;
  const play = ({ verb, pick }: Step): string => {
    if (verb === "advance") breaker.advance(nowMs);
    if (verb === "isolate" || verb === "reset") {
      breaker.advance(nowMs);
      breaker.enter(verb === "reset" ? "closed" : "isolated", nowMs);
    }
    if (verb === "advance" || verb === "isolate" || verb === "reset") return verb;
    if (verb === "acquire" || verb === "call" || verb === "callFail") {
      const permit = breaker.acquire(nowMs);
      if (permit === undefined) return "refused";
      if (verb === "acquire") permits.push(permit);
      return verb === "acquire"
        ? "permit"
        : `${breaker.record(permit, verb === "callFail", 1, nowMs)}`;
    }
    const [permit] = permits.splice(pick % Math.max(1, permits.length), 1);
    if (permit === undefined) return "none out";
    if (verb !== "release") {
      return `${breaker.record(permit, verb === "fail", verb === "slow" ? SLOW_MS : 1, nowMs)}`;
    }
    breaker.release(permit, nowMs);
    return "released";
  };
  return steps.map((step) => {
    nowMs += step.pauseMs;
    return `${play(step)} ${breaker.state} ${breaker.due()}`;
  });
}

/** Without `hanging`, all permits of a round are alike: which one was given back is known by its round. */
const unhurried = anyCircuit.map((options) => ({
  ...options,
  hangingMs: Number.POSITIVE_INFINITY,
}));

/** In the first and only step of a recovery. */
function recovering(share: number): CircuitBreaker {
  const options = circuitOptions({ recovery: { steps: [share], stepFor: "1h" } });
  const breaker = new CircuitBreaker(options);
  breaker.restore("halfOpen", 1, Number.POSITIVE_INFINITY, 0);
  return breaker;
}

describe.each(circuitKinds)("circuit breaker with a %s window", (_kind, options) => {
  it("does what the naive breaker does that stores everything", () =>
    holds(
      fc.property(options, scripts, (resolved, steps) => {
        const breaker = new CircuitBreaker(resolved);
        const player = new Player(breaker);
        const seen = steps.map(
          (step) => `${player.play(step)} ${breaker.state} ${breaker.wakeAtMs}`,
        );
        const expected = naiveTrace(resolved, steps);
        if (seen.join("\n") !== expected.join("\n")) expect(seen).toEqual(expected);
      }),
    ));

  it("decides the same wherever its clock has its zero", () =>
    holds(
      fc.property(options, scripts, fc.integer({ min: -1e9, max: 1e12 }), (resolved, steps, at) => {
        const here = trace(new Player(new CircuitBreaker(resolved)), steps, 0);
        const there = trace(new Player(new CircuitBreaker(resolved), at), steps, at);
        if (here.join("\n") !== there.join("\n")) expect(there).toEqual(here);
      }),
    ));
});

describe("circuit breaker", () => {
  it("invariant 1: has no more than `trials` permits out or judged per half-open round", () =>
    holds(
      fc.property(unhurried, scripts, (options, steps) => {
        let used = 0;
        let latest = NO_PERMIT;
        const breaker = new CircuitBreaker(options, ({ type }) => {
          if (type === "circuitHalfOpened") used = 0;
        });
        const player = new Player(breaker);
        for (const step of steps) {
          player.nowMs += step.pauseMs;
          breaker.advance(player.nowMs);
          const { state } = breaker;
          const ramping = breaker.recovery !== undefined;
          const ended = player.permits[step.pick % Math.max(1, player.permits.length)];
          const answer = player.play({ ...step, pauseMs: 0 });
          if (state !== "halfOpen" || ramping) continue;
          if (answer === "permit") latest = player.permits.at(-1) as number;
          if (answer === "permit" || (step.verb.startsWith("call") && answer !== "refused")) used++;
          if (answer === "released" && ended === latest) used--;
          if (used > options.trials) expect.fail(`${used} trials of ${options.trials}`);
        }
      }),
    ));

  it("invariant 2: a result from before the latest transition changes nothing", () =>
    holds(
      fc.property(anyCircuit, scripts, (options, steps) => {
        let epoch = 0;
        let ramping = false;
        const breaker = new CircuitBreaker(options, ({ type }) => {
          // The steps of a ramp are one phase.
          if (type !== "circuitRamped" || !ramping) epoch++;
          ramping = type === "circuitRamped";
        });
        const player = new Player(breaker);
        const given: { permit: number; epoch: number }[] = [];
        for (const step of steps) {
          player.play(step);
          const { nowMs } = player;
          const permit = breaker.acquire(nowMs);
          if (permit !== NO_PERMIT) {
            breaker.release(permit, nowMs);
            given.push({ permit, epoch });
          }
          const before = JSON.stringify([exportBreaker(breaker, nowMs), breaker.wakeAtMs, epoch]);
          for (const old of given) {
            if (old.epoch === epoch) continue;
            if (breaker.record(old.permit, true, SLOW_MS, nowMs))
              expect.fail("a stale result counted");
            breaker.release(old.permit, nowMs);
          }
          const after = JSON.stringify([exportBreaker(breaker, nowMs), breaker.wakeAtMs, epoch]);
          if (after !== before) expect(after).toBe(before);
        }
      }),
    ));

  it("invariant 3: lets no more out in a step than its share of those that asked, and one", () =>
    holds(
      fc.property(
        fc.constantFrom(0.01, 0.07, 0.1, 0.25, 0.3, 0.5, 1),
        fc.array(fc.boolean(), { maxLength: 120, size: "max" }),
        (share, peeks) => {
          const breaker = recovering(share);
          let letOut = 0;
          for (const [index, peek] of peeks.entries()) {
            // The call engine asks first and acquires after a yes; others acquire at once.
            const goes = (!peek || breaker.admits(0)) && breaker.acquire(0) !== NO_PERMIT;
            if (goes) letOut++;
            const most = Math.ceil((index + 1) * share - 1e-9);
            if (letOut !== most) expect.fail(`${letOut} of ${index + 1} at ${share}, not ${most}`);
          }
        },
      ),
    ));

  it("invariant 3: counts every attempt at most once, however it hangs", () =>
    holds(
      fc.property(scripts, fc.constantFrom(5, 15, 60), (steps, longerThan) => {
        const breaker = new CircuitBreaker(
          circuitOptions({
            window: { kind: "count", size: 1000 },
            minimumCalls: 1000,
            hanging: { longerThan },
          }),
        );
        const player = new Player(breaker);
        let given = 0;
        for (const step of steps) {
          if (step.verb === "isolate" || step.verb === "reset") continue;
          const answer = player.play(step);
          if (answer === "permit" || step.verb.startsWith("call")) given++;
          breaker.advance(player.nowMs);
          const { calls } = breaker.window;
          if (calls > given) expect.fail(`${calls} counted of ${given}`);
        }
        // Then all end: an attempt that hung has counted already.
        for (const permit of player.permits) breaker.record(permit, false, 1, player.nowMs);
        if (breaker.window.calls > given) expect.fail(`${breaker.window.calls} of ${given}`);
      }),
    ));

  it("has its wake-up in the future, or none", () =>
    holds(
      fc.property(anyCircuit, scripts, (options, steps) => {
        const breaker = new CircuitBreaker(options);
        const player = new Player(breaker);
        for (const step of steps) {
          const answer = player.play(step);
          if (answer !== "none out" && breaker.wakeAtMs <= player.nowMs)
            expect.fail(`wake-up at ${breaker.wakeAtMs}`);
        }
      }),
    ));

  it("changes at the same moments whether it is told of every millisecond or only when used", () =>
    holds(
      fc.property(anyCircuit, scripts, (options, steps) => {
        const rare: string[] = [];
        const often: string[] = [];
        const lazy = new Player(
          new CircuitBreaker(options, (fact) => rare.push(JSON.stringify(fact))),
        );
        const told = new Player(
          new CircuitBreaker(options, (fact) => often.push(JSON.stringify(fact))),
        );
        for (const step of steps) {
          lazy.play(step);
          for (let ms = 0; ms < step.pauseMs; ms += 5) told.breaker.advance(told.nowMs + ms);
          told.play(step);
        }
        lazy.breaker.advance(lazy.nowMs);
        told.breaker.advance(told.nowMs);
        if (rare.join("\n") !== often.join("\n")) expect(rare).toEqual(often);
      }),
    ));
});
