import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyProbation } from "../../test-support/breaker-options.ts";
import { Player, SLOW_MS, scripts, trace } from "../../test-support/breaker-script.ts";
import { holds } from "../../test-support/properties.ts";
import { NO_PERMIT } from "../breaker.ts";
import { exportBreaker } from "../breaker-state.ts";
import { ProbationBreaker } from "./machine.ts";

describe("probation breaker", () => {
  it("invariant 1: gives no permit within the open time, and one at a time after it", () =>
    holds(
      fc.property(anyProbation, scripts, (options, steps) => {
        let openedAtMs = Number.NaN;
        let trial = false;
        const breaker = new ProbationBreaker(options, ({ type, atMs }) => {
          trial = false;
          openedAtMs = type === "circuitOpened" ? atMs : Number.NaN;
        });
        const player = new Player(breaker);
        for (const step of steps) {
          player.nowMs += step.pauseMs;
          breaker.advance(player.nowMs);
          const open = breaker.state === "open";
          const within = player.nowMs < openedAtMs + options.openForMs;
          const before = player.permits.length;
          const answer = player.play({ ...step, pauseMs: 0 });
          if (!open) continue;
          const given =
            answer === "permit" || (step.verb.startsWith("call") && answer !== "refused");
          if (given && (within || trial))
            expect.fail(within ? "within its time" : "a second trial");
          if (answer === "permit") trial = true;
          if (player.permits.length < before) trial = !mayGive(breaker, player.nowMs);
        }
      }),
    ));

  it("invariant 2: a permit from before an opening, an isolation or a reset decides nothing", () =>
    holds(
      fc.property(anyProbation, scripts, (options, steps) => {
        let epoch = 0;
        let changes = 0;
        const breaker = new ProbationBreaker(options, ({ type, from }) => {
          changes++;
          const shared = type === "circuitHalfOpened" ? from !== "open" : from === "halfOpen";
          if (!shared || type === "circuitOpened" || type === "circuitIsolated") epoch++;
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
          const look = () => JSON.stringify([exportBreaker(breaker, nowMs), changes]);
          const before = look();
          for (const old of given) {
            if (old.epoch === epoch) continue;
            if (breaker.record(old.permit, true, SLOW_MS, nowMs))
              expect.fail("a stale result counted");
            breaker.release(old.permit, nowMs);
          }
          if (look() !== before) expect(look()).toBe(before);
        }
      }),
    ));

  it("has its wake-up in the future, or none", () =>
    holds(
      fc.property(anyProbation, scripts, (options, steps) => {
        const breaker = new ProbationBreaker(options);
        const player = new Player(breaker);
        for (const step of steps) {
          const answer = player.play(step);
          if (answer !== "none out" && breaker.wakeAtMs <= player.nowMs) expect.fail("in the past");
        }
      }),
    ));

  it("decides the same wherever its clock has its zero", () =>
    holds(
      fc.property(
        anyProbation,
        scripts,
        fc.integer({ min: -1e9, max: 1e12 }),
        (options, steps, at) => {
          const here = trace(new Player(new ProbationBreaker(options)), steps, 0);
          const there = trace(new Player(new ProbationBreaker(options), at), steps, at);
          if (here.join("\n") !== there.join("\n")) expect(there).toEqual(here);
        },
      ),
    ));

  it("does what the table says, whatever happens", () =>
    holds(
      fc.property(anyProbation, scripts, (options, steps) => {
        const naive = new Table(options);
        const breaker = new ProbationBreaker(options);
        const player = new Player(breaker);
        for (const step of steps) {
          // One attempt at a time: what happens to attempts that overlap is the matter of invariant 2.
          const failed = step.verb === "fail" || step.verb === "callFail";
          player.nowMs += step.pauseMs;
          const permit = breaker.acquire(player.nowMs);
          const expected = naive.attempt(failed, player.nowMs);
          if (permit !== NO_PERMIT) breaker.record(permit, failed, 1, player.nowMs);
          const seen = `${permit !== NO_PERMIT} ${breaker.state}`;
          if (seen !== expected) expect(seen).toBe(expected);
        }
      }),
    ));
});

function mayGive(breaker: ProbationBreaker, nowMs: number): boolean {
  return breaker.refusal(nowMs).reason !== "trialsUnderWay";
}

/** The eight rows, the slow and obvious way: every result of a probation is kept and counted anew. */
class Table {
  readonly options: ProbationBreaker["options"];
  state = "closed";
  untilMs = 0;
  results: boolean[] = [];

  constructor(options: ProbationBreaker["options"]) {
    this.options = options;
  }

  attempt(failed: boolean, nowMs: number): string {
    const inTime = nowMs < this.untilMs;
    if (this.state === "open" && inTime) return "false open";
    if (this.state === "open" && failed) this.open(nowMs);
    else if (this.state === "open") this.probation(nowMs, []);
    else if (this.state === "halfOpen" && inTime) {
      this.results.push(failed);
      if (failed) this.judge(nowMs);
    } else if (failed) {
      this.probation(nowMs, [true]);
      this.judge(nowMs);
    } else this.state = "closed";
    return `true ${this.state}`;
  }

  judge(nowMs: number): void {
    const { failures, failureRate, minimumCalls } = this.options;
    const inARow = this.results.length - 1 - this.results.lastIndexOf(false);
    const failed = this.results.filter(Boolean).length;
    const enough = this.results.length >= minimumCalls;
    if (inARow >= failures || (enough && failed / this.results.length >= failureRate)) {
      this.open(nowMs);
    }
  }

  probation(nowMs: number, results: boolean[]): void {
    this.state = "halfOpen";
    this.untilMs = nowMs + this.options.halfForMs;
    this.results = results;
  }

  open(nowMs: number): void {
    this.state = "open";
    this.untilMs = nowMs + this.options.openForMs;
  }
}
