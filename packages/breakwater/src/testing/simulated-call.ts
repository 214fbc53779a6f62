import { Call, type CallEngine, isOut, NO_SERVER_DELAY } from "@breakwater/policy";
import type { SimulatedAnswer, SimulatedAttempt } from "./dependency.ts";
import { durationMs } from "./options.ts";
import { uniformFor } from "./random.ts";
import type { Coming, Timeline } from "./timeline.ts";

/** What all calls of one simulation have in common. */
export interface SimulatedWorld {
  readonly engine: CallEngine;
  readonly time: Timeline;
  readonly seed: number;
  readonly answer: (attempt: SimulatedAttempt) => SimulatedAnswer;
  /** Whether an attempt that is given up ends at once, as one does that heeds its signal. */
  readonly heedsSignal: boolean;
  underWay: number;
}

/** An attempt that the dependency works on. */
interface Working {
  readonly attempt: number;
  answer: Coming | undefined;
  givenUp: boolean;
}

/** One call in virtual time: does what the engine says, as the driver does on real time. */
export class SimulatedCall extends Call {
  readonly #world: SimulatedWorld;
  #wakeUp: Coming | undefined = undefined;
  #sent = 0;
  /** Those not answered yet; the latest last. */
  #working: Working[] = [];

  constructor(id: number, world: SimulatedWorld) {
    super(id);
    this.#world = world;
  }

  start(): void {
    this.#world.engine.start(this, this.#world.time.nowMs);
    this.#follow();
  }

  /** This call, and those that waited for a place which it has freed. */
  #follow(): void {
    const { engine } = this.#world;
    this.#followOne();
    for (let next = engine.takeResumed(); next !== undefined; next = engine.takeResumed()) {
      (next as SimulatedCall).#followOne();
    }
  }

  #followOne(): void {
    this.#giveUp();
    this.#setWakeUp();
    if (this.next !== "attempt" || this.attempt === this.#sent) return;
    this.#sent = this.attempt;
    this.#send();
  }

  #setWakeUp(): void {
    const { time, engine } = this.#world;
    if (this.#wakeUp?.happen !== undefined && this.#wakeUp.atMs === this.wakeAtMs) return;
    if (this.#wakeUp !== undefined) this.#wakeUp.happen = undefined;
    this.#wakeUp = undefined;
    if (this.wakeAtMs === Number.POSITIVE_INFINITY) return;
    this.#wakeUp = time.add(this.wakeAtMs, () => {
      engine.wake(this, time.nowMs);
      this.#follow();
    });
  }

  #send(): void {
    const world = this.#world;
    const { time, seed } = world;
    const { id: call, attempt } = this;
    world.underWay++;
    const uniform = uniformFor(seed, "dependency", call, attempt);
    const seen = { atMs: time.nowMs, call, attempt, underWay: world.underWay, uniform };
    const answer = world.answer(seen);
    const working: Working = { attempt, answer: undefined, givenUp: false };
    this.#working.push(working);
    if (answer === "hang") return;
    const { ok = true, retryAfterMs = NO_SERVER_DELAY } = answer;
    const latencyMs = durationMs("latency", answer.latency);
    working.answer = time.add(time.nowMs + latencyMs, () => this.#end(working, ok, retryAfterMs));
  }

  #end(working: Working, ok: boolean, serverDelayMs: number): void {
    const { engine, time } = this.#world;
    this.#world.underWay--;
    this.#working = this.#working.filter((other) => other !== working);
    engine.finish(this, working.attempt, ok, time.nowMs, serverDelayMs);
    this.#follow();
  }

  /** What nobody waits for any more ends now, where it looks at its signal. */
  #giveUp(): void {
    const { engine, time, heedsSignal } = this.#world;
    if (!heedsSignal || this.#working.length === 0) return;
    const { next } = this;
    if (next !== "settled" && engine.policy.lateAnswers === "taken") return;
    for (const working of this.#working) {
      if (next === "attempt" && isOut(this, working.attempt)) continue;
      if (working.givenUp) continue;
      working.givenUp = true;
      if (working.answer !== undefined) working.answer.happen = undefined;
      time.addSoon(() => this.#end(working, false, NO_SERVER_DELAY));
    }
  }
}
