/** Random scripts for breakers: cheap to make (one number per step), short, and the same for every kind of breaker. */
import fc from "fast-check";
import { type Breaker, NO_PERMIT } from "../src/breaker.ts";

const VERBS = ["acquire", "ok", "fail", "slow", "release", "call", "callFail", "advance"] as const;
const PAUSES = [0, 0, 1, 3, 10, 40, 100, 350];
/** One step in this many is a step by hand instead: isolate or reset. */
const BY_HAND = 16;

export interface Step {
  readonly verb: (typeof VERBS)[number] | "isolate" | "reset";
  readonly pauseMs: number;
  readonly pick: number;
}

function decode(code: number): Step {
  const pauseMs = PAUSES[(code >> 3) & 7] as number;
  const pick = (code >> 6) & 7;
  const byHand = (code >> 9) % BY_HAND === 0;
  if (byHand) return { verb: pick < 4 ? "isolate" : "reset", pauseMs, pick };
  return { verb: VERBS[code & 7] as (typeof VERBS)[number], pauseMs, pick };
}

export const scripts: fc.Arbitrary<Step[]> = fc
  .array(fc.nat(512 * BY_HAND - 1), { maxLength: 24, size: "max" })
  .map((codes) => codes.map(decode));

/** The time that slow steps take; give breakers a `slowerThan` below it. */
export const SLOW_MS = 20;

/** Plays steps on a breaker and keeps the permits that are out. */
export class Player {
  readonly breaker: Breaker;
  nowMs: number;
  permits: number[] = [];

  constructor(breaker: Breaker, startMs = 0) {
    this.breaker = breaker;
    this.nowMs = startMs;
  }

  /** What the step came to: a permit or none, counted or stale. */
  play({ verb, pauseMs, pick }: Step): string {
    this.nowMs += pauseMs;
    const { breaker, nowMs } = this;
    if (verb === "advance" || verb === "isolate" || verb === "reset") {
      breaker[verb](nowMs);
      return verb;
    }
    if (verb === "acquire") return this.acquire() === NO_PERMIT ? "refused" : "permit";
    if (verb === "call" || verb === "callFail") {
      const permit = this.acquire();
      if (permit === NO_PERMIT) return "refused";
      this.permits.pop();
      return `${breaker.record(permit, verb === "callFail", 1, nowMs)}`;
    }
    const [permit] = this.permits.splice(pick % Math.max(1, this.permits.length), 1);
    if (permit === undefined) return "none out";
    if (verb === "release") {
      breaker.release(permit, nowMs);
      return "released";
    }
    return `${breaker.record(permit, verb === "fail", verb === "slow" ? SLOW_MS : 1, nowMs)}`;
  }

  acquire(): number {
    const permit = this.breaker.acquire(this.nowMs);
    if (permit !== NO_PERMIT) this.permits.push(permit);
    return permit;
  }

  releaseAll(): void {
    for (const permit of this.permits.splice(0)) this.breaker.release(permit, this.nowMs);
  }
}

/** Everything that can be seen of a breaker after each step, with times counted from the start. */
export function trace(player: Player, steps: readonly Step[], startMs: number): string[] {
  return steps.map((step) => {
    const answer = player.play(step);
    const { state, wakeAtMs } = player.breaker;
    const seen = `${answer} ${state} ${wakeAtMs - startMs}`;
    if (answer !== "refused") return seen;
    const { reason, retryAfterMs } = player.breaker.refusal(player.nowMs);
    return `${seen} ${reason} ${retryAfterMs}`;
  });
}
