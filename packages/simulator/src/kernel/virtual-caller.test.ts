import {
  Call,
  CallEngine,
  EVERY_PART,
  type PolicyOptions,
  resolvePolicy,
} from "@breakwater/policy";
import { describe, expect, test } from "vitest";
import { later } from "../model/later.ts";
import { Kernel } from "./kernel.ts";
import { type CallTarget, VirtualCall, VirtualCaller, VirtualEngine } from "./virtual-caller.ts";

interface Answer {
  readonly afterMs: number;
  readonly ok: boolean;
}

/** A target that answers attempt after attempt as it is told, and writes down what it hears. */
class Script implements CallTarget<VirtualCall> {
  readonly kernel = new Kernel();
  readonly log: string[] = [];
  readonly virtual: VirtualEngine;
  readonly caller = new VirtualCaller<VirtualCall>(this.kernel, this);
  onGiveUp: (call: VirtualCall) => void = () => {};
  readonly #answers: readonly Answer[];
  #calls = 0;

  constructor(policy: PolicyOptions, ...answers: Answer[]) {
    this.#answers = answers;
    const engine = new CallEngine(resolvePolicy(policy), {
      parts: EVERY_PART,
      random: () => 0.5,
    });
    this.virtual = new VirtualEngine(this.kernel, engine);
  }

  call(atMs: number): VirtualCall {
    const call = new VirtualCall(this.#calls++, this.virtual, this.caller);
    this.kernel.at(
      atMs,
      later(() => this.caller.start(call)),
    );
    return call;
  }

  send(call: VirtualCall): void {
    this.#note(call, `send ${call.attempt}`);
    const answer = this.#answers[call.id + call.attempt - 1];
    if (answer === undefined) return;
    const { attempt } = call;
    this.kernel.after(
      answer.afterMs,
      later(() => this.caller.answer(call, attempt, answer.ok)),
    );
  }
  giveUp(call: VirtualCall): boolean {
    this.#note(call, "give up");
    this.onGiveUp(call);
    return false;
  }
  settled(call: VirtualCall): void {
    this.#note(call, call.outcome);
  }
  #note(call: VirtualCall, what: string): void {
    this.log.push(`${this.kernel.nowMs} call ${call.id} ${what}`);
  }
}

const ok = (afterMs: number): Answer => ({ afterMs, ok: true });
const error = (afterMs: number): Answer => ({ afterMs, ok: false });
const retry = {
  attempts: 3,
  backoff: { kind: "constant", base: 10, jitter: "none" },
} as const;

describe("a call in virtual time", () => {
  test("is a call of the engine that knows when it wakes", () => {
    const script = new Script({ timeout: 50 }, ok(20));
    const call = script.call(0);
    expect(call).toBeInstanceOf(Call);
    script.kernel.run(10);
    expect([call.timerAtMs, call.out]).toEqual([50, true]);
    script.kernel.run(1000);
    expect(script.log).toEqual(["0 call 0 send 1", "20 call 0 ok"]);
    expect([call.timerAtMs, call.out, script.kernel.nowMs]).toEqual([Infinity, false, 20]);
  });

  test("gives attempts up at their timeout, waits, and tries again", () => {
    const script = new Script({ idempotent: true, timeout: 50, retry }, ok(80), error(5), ok(7));
    script.call(0);
    script.kernel.run(1000);
    expect(script.log).toEqual([
      "0 call 0 send 1",
      "50 call 0 give up",
      "60 call 0 send 2",
      "75 call 0 send 3",
      "82 call 0 ok",
    ]);
  });

  test("takes a late answer while a later attempt is out, and gives that one up", () => {
    const policy = { idempotent: true, timeout: 50, retry, lateAnswers: "taken" } as const;
    const script = new Script(policy, ok(70), ok(40));
    script.call(0);
    script.kernel.run(1000);
    expect(script.log).toEqual([
      "0 call 0 send 1",
      "50 call 0 give up",
      "60 call 0 send 2",
      "70 call 0 give up",
      "70 call 0 ok",
    ]);
  });

  test("that is cancelled gives up its attempt, settles once and hears no answer", () => {
    const script = new Script({ timeout: 50 }, ok(20));
    const call = script.call(0);
    for (const atMs of [10, 12, 30]) {
      script.kernel.at(
        atMs,
        later(() => script.caller.cancel(call)),
      );
    }
    script.kernel.run(1000);
    expect(script.log).toEqual(["0 call 0 send 1", "10 call 0 give up", "10 call 0 cancelled"]);
  });

  test("settles once when giving an attempt up leads to its own cancellation", () => {
    const script = new Script({ idempotent: true, timeout: 50, retry });
    script.onGiveUp = (call) => script.caller.cancel(call);
    script.call(0);
    script.kernel.run(1000);
    expect(script.log).toEqual(["0 call 0 send 1", "50 call 0 give up", "50 call 0 cancelled"]);
  });
});

describe("a breaker in virtual time", () => {
  const policy = {
    circuitBreaker: { window: { kind: "consecutive", failures: 2 }, openFor: 100 },
  } as const;

  test("opens for all calls of its engine, and wakes up by itself", () => {
    const script = new Script(policy, error(5), error(5), ok(5), ok(5));
    script.call(0);
    script.call(10);
    script.call(20);
    script.kernel.run(114);
    expect(script.log).toEqual([
      "0 call 0 send 1",
      "5 call 0 failed",
      "10 call 1 send 1",
      "15 call 1 failed",
      "20 call 2 shortCircuited",
    ]);
    expect([script.virtual.circuit, script.kernel.nextAtMs]).toEqual(["open", 115]);
    script.kernel.run(115);
    expect(script.virtual.circuit).toBe("halfOpen");
  });

  test("forgets its wake-up when a reset closes it", () => {
    const script = new Script(policy, error(5), error(5));
    script.call(0);
    script.call(10);
    script.kernel.run(20);
    expect(script.kernel.nextAtMs).toBe(115);
    script.virtual.engine.breaker?.reset(20);
    script.virtual.watch();
    expect([script.virtual.circuit, script.kernel.nextAtMs]).toEqual(["closed", Infinity]);
  });
});
