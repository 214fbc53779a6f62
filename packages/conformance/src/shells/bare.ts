/**
 * The bare machine: the call engine, a list of what is to come, and nothing else. It shows what a shell has to do at
 * the least: start the attempts that the engine wants, keep its wake-up, and tell it what happens.
 */
import { Call, CallEngine, EVERY_PART, type Fact, resolvePolicy } from "@breakwater/policy";
import {
  type AttemptScript,
  type CallScript,
  drawer,
  type Script,
  type Shell,
  scriptOf,
} from "../case.ts";
import { inOrder } from "../trace.ts";

interface Coming {
  readonly atMs: number;
  readonly happen: () => void;
}

class Timeline {
  nowMs = 0;
  /** Soonest first; those of the same moment in the order in which they were added. */
  readonly #coming: Coming[] = [];

  add(atMs: number, happen: () => void): Coming {
    const coming = { atMs, happen };
    const after = this.#coming.findIndex((other) => other.atMs > atMs);
    this.#coming.splice(after < 0 ? this.#coming.length : after, 0, coming);
    return coming;
  }

  remove(coming: Coming | undefined): void {
    const index = coming === undefined ? -1 : this.#coming.indexOf(coming);
    if (index >= 0) this.#coming.splice(index, 1);
  }

  runTo(endAtMs: number): void {
    while (this.#coming[0] !== undefined && this.#coming[0].atMs <= endAtMs) {
      const { atMs, happen } = this.#coming.shift() as Coming;
      this.nowMs = atMs;
      happen();
    }
    this.nowMs = endAtMs;
  }
}

class BareCall {
  readonly #call: Call;
  readonly #script: CallScript;
  readonly #engine: CallEngine;
  readonly #time: Timeline;
  #wakeUp: Coming | undefined = undefined;
  #sent = 0;

  readonly #others: Map<Call, BareCall>;

  constructor(
    id: number,
    script: CallScript,
    engine: CallEngine,
    time: Timeline,
    others: Map<Call, BareCall>,
  ) {
    this.#call = new Call(id);
    this.#call.priority = script.priority ?? 0;
    others.set(this.#call, this);
    this.#others = others;
    this.#script = script;
    this.#engine = engine;
    this.#time = time;
  }

  start(): void {
    const { atMs, cancelAtMs, deadlineAtMs } = this.#script;
    if (cancelAtMs !== undefined && cancelAtMs <= atMs) this.cancel();
    else this.#engine.start(this.#call, this.#time.nowMs, deadlineAtMs);
    this.#follow();
  }

  cancel(): void {
    this.#engine.cancel(this.#call, this.#time.nowMs);
    this.#follow();
  }

  #wake(): void {
    this.#wakeUp = undefined;
    this.#engine.wake(this.#call, this.#time.nowMs);
    this.#follow();
  }

  #answer(attempt: number, { result, serverDelayMs, overloaded }: AttemptScript): void {
    const ok = result === "ok";
    this.#engine.finish(this.#call, attempt, ok, this.#time.nowMs, serverDelayMs, overloaded);
    this.#follow();
  }

  #follow(): void {
    this.#followOne();
    const engine = this.#engine;
    for (let next = engine.takeResumed(); next !== undefined; next = engine.takeResumed()) {
      const other = this.#others.get(next);
      if (other !== undefined) other.#followOne();
    }
  }

  #followOne(): void {
    const { wakeAtMs, next, attempt } = this.#call;
    if (this.#wakeUp?.atMs !== wakeAtMs) {
      this.#time.remove(this.#wakeUp);
      this.#wakeUp = undefined;
      if (wakeAtMs < Infinity) this.#wakeUp = this.#time.add(wakeAtMs, () => this.#wake());
    }
    if (next !== "attempt" || attempt === this.#sent) return;
    this.#sent = attempt;
    const script = scriptOf(this.#script, attempt);
    if (script.afterMs === "never") return;
    this.#time.add(this.#time.nowMs + script.afterMs, () => this.#answer(attempt, script));
  }
}

function run(script: Script) {
  const facts: Fact[] = [];
  const time = new Timeline();
  const engine = new CallEngine(resolvePolicy(script.policy), {
    parts: EVERY_PART,
    random: drawer(script),
    onFact: (fact) => facts.push(fact),
  });
  for (const { atMs, act, reason } of script.operator ?? []) {
    time.add(atMs, () => engine.breaker?.[act](time.nowMs, reason));
  }
  const all = new Map<Call, BareCall>();
  script.calls.forEach((callScript, index) => {
    const call = new BareCall(index + 1, callScript, engine, time, all);
    const { atMs, cancelAtMs = -1 } = callScript;
    time.add(atMs, () => call.start());
    if (cancelAtMs > atMs) time.add(cancelAtMs, () => call.cancel());
  });
  time.runTo(script.endAtMs);
  engine.breaker?.advance(time.nowMs);
  return inOrder(facts);
}

export const bareMachine: Shell = { name: "the bare machine", run };
