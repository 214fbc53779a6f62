import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyCircuit, circuitKinds } from "../../test-support/breaker-options.ts";
import { Player, SLOW_MS, type Step, scripts, trace } from "../../test-support/breaker-script.ts";
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
      fc.property(anyCircuit, scripts, (options, steps) => {
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
          const ended = player.permits[step.pick % Math.max(1, player.permits.length)];
          const answer = player.play({ ...step, pauseMs: 0 });
          if (state !== "halfOpen") continue;
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
        const breaker = new CircuitBreaker(options, () => epoch++);
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
