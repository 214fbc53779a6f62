/** The driver that users run, on a clock that passes by hand, around functions that answer by script. */
import type { Fact } from "@breakwater/policy";
import { type CallResult, policy } from "breakwater";
import { ManualClock } from "breakwater/testing";
import {
  type AttemptScript,
  type CallScript,
  drawer,
  type Script,
  type Shell,
  scriptOf,
} from "../case.ts";
import { inOrder } from "../trace.ts";

/** Does not look at its signal, so that its late answers are seen. */
function answer(clock: ManualClock, script: AttemptScript): Promise<string> {
  const { afterMs, result, serverDelayMs, overloaded } = script;
  return new Promise((resolve, reject) => {
    if (afterMs === "never") return;
    clock.schedule(clock.now() + afterMs, () => {
      if (result === "ok") resolve("answer");
      else reject(Object.assign(new Error("down"), { retryAfterMs: serverDelayMs, overloaded }));
    });
  });
}

/** What the caller was given has to be what the facts say. */
function compare(results: ReadonlyMap<number, CallResult<unknown, unknown>>, facts: Fact[]): void {
  const ended = facts.filter((fact) => fact.type === "callEnded");
  for (const { callId, outcome, attempts, cause } of ended) {
    const result = results.get(callId);
    const same =
      result?.outcome === outcome && result.attempts === attempts && result.cause === cause;
    if (!same) throw new Error(`call ${callId} was given ${result?.outcome}, not ${outcome}`);
  }
  if (ended.length !== results.size) throw new Error("a call ended without a fact");
}

async function run(script: Script) {
  const facts: Fact[] = [];
  const results = new Map<number, CallResult<unknown, unknown>>();
  const clock = new ManualClock();
  const driven = policy(script.policy, { clock, random: drawer(script) });
  driven.onFact((fact) => facts.push(fact));

  const start = async (id: number, callScript: CallScript, caller: AbortController) => {
    const { atMs, cancelAtMs, deadlineAtMs, priority } = callScript;
    if (cancelAtMs !== undefined && cancelAtMs <= atMs) caller.abort();
    const options = { signal: caller.signal, deadlineAtMs, priority };
    const attempt = (context: { attempt: number }) =>
      answer(clock, scriptOf(callScript, context.attempt));
    results.set(id, await driven.runOutcome(attempt, options));
  };

  for (const { atMs, act, reason } of script.operator ?? []) {
    clock.schedule(atMs, () => driven.breaker?.[act](reason));
  }
  script.calls.forEach((callScript, index) => {
    const { atMs, cancelAtMs = -1 } = callScript;
    const caller = new AbortController();
    clock.schedule(atMs, () => void start(index + 1, callScript, caller));
    if (cancelAtMs > atMs) clock.schedule(cancelAtMs, () => caller.abort());
  });
  await clock.advanceTo(script.endAtMs);
  driven.breaker?.exportState();
  compare(results, facts);
  return inOrder(facts);
}

export const driver: Shell = { name: "the driver", run };
