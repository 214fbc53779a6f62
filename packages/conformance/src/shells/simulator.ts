/** The simulator's shell: the same calls in virtual time, to a target that answers by script. */
import { CallEngine, EVERY_PART, type Fact, resolvePolicy } from "@breakwater/policy";
import {
  Alarm,
  type CallTarget,
  Kernel,
  VirtualCall,
  VirtualCaller,
  VirtualEngine,
} from "@breakwater/simulator";
import { type CallScript, drawer, type Script, type Shell, scriptOf } from "../case.ts";
import { inOrder } from "../trace.ts";

class ScriptedCall extends VirtualCall {
  readonly script: CallScript;

  constructor(
    id: number,
    virtual: VirtualEngine,
    caller: VirtualCaller<ScriptedCall>,
    script: CallScript,
  ) {
    super(id, virtual, caller as VirtualCaller<never>);
    this.script = script;
    this.priority = script.priority ?? 0;
  }
}

function run(script: Script) {
  const facts: Fact[] = [];
  const kernel = new Kernel();
  const engine = new CallEngine(resolvePolicy(script.policy), {
    parts: EVERY_PART,
    random: drawer(script),
    onFact: (fact) => facts.push(fact),
  });
  const virtual = new VirtualEngine(kernel, engine);
  const at = (atMs: number, happen: () => void) => {
    kernel.at(atMs, new Alarm({ fire: happen }));
  };
  const target: CallTarget<ScriptedCall> = {
    send(call) {
      const { attempt } = call;
      const { afterMs, result, serverDelayMs, overloaded } = scriptOf(call.script, attempt);
      if (afterMs === "never") return;
      at(kernel.nowMs + afterMs, () =>
        caller.answer(call, attempt, result === "ok", serverDelayMs, overloaded),
      );
    },
    // The scripted server goes on working, so that its late answers are seen.
    giveUp: () => false,
    settled() {},
  };
  const caller = new VirtualCaller<ScriptedCall>(kernel, target);

  for (const { atMs, act, reason } of script.operator ?? []) {
    at(atMs, () => {
      engine.breaker?.[act](kernel.nowMs, reason);
      virtual.watch();
    });
  }
  script.calls.forEach((callScript, index) => {
    const { atMs, cancelAtMs, deadlineAtMs } = callScript;
    const call = new ScriptedCall(index + 1, virtual, caller, callScript);
    const leftBefore = cancelAtMs !== undefined && cancelAtMs <= atMs;
    at(atMs, () => (leftBefore ? caller.cancel(call) : caller.start(call, deadlineAtMs)));
    if (cancelAtMs !== undefined && !leftBefore) at(cancelAtMs, () => caller.cancel(call));
  });
  kernel.run(script.endAtMs);
  return inOrder(facts);
}

export const simulator: Shell = { name: "the simulator", run };
