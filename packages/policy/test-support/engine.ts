import { Call } from "../src/call-engine/call.ts";
import { CallEngine, type EngineSettings, NO_SERVER_DELAY } from "../src/call-engine/engine.ts";
import type { Fact } from "../src/call-engine/facts.ts";
import { type PolicyOptions, resolvePolicy } from "../src/index.ts";
import { EVERY_PART } from "../src/policy/parts.ts";

/**
 * Commands: start CALL [latest=MS] [priority=N], answer CALL ATTEMPT ok|fail [server=MS], ended CALL (an attempt that
 * was given up), wake CALL, cancel CALL. After the arrow stands what the shell has to do next; behind it, the calls
 * that waited and that the step has moved.
 */
export function engineSteps(options: PolicyOptions, settings: Partial<EngineSettings> = {}) {
  const facts: Fact[] = [];
  const engine = new CallEngine(resolvePolicy(options), {
    parts: EVERY_PART,
    random: () => 0.5,
    onFact: (fact) => facts.push(fact),
    ...settings,
  });
  const calls = new Map<string, Call>();
  const option = (words: readonly string[], name: string, otherwise: number) => {
    const word = words.find((each) => each.startsWith(`${name}=`));
    return word === undefined ? otherwise : Number(word.slice(name.length + 1));
  };
  const step = (atMs: number, words: readonly string[]): string => {
    const [verb = "", name = "", attempt = ""] = words;
    const call = calls.get(name) ?? new Call(calls.size + 1);
    calls.set(name, call);
    if (verb === "start") {
      call.priority = option(words, "priority", 0);
      engine.start(call, atMs, option(words, "latest", Number.POSITIVE_INFINITY));
    }
    if (verb === "ended") engine.ended(call, atMs);
    if (verb === "wake") engine.wake(call, atMs);
    if (verb === "cancel") engine.cancel(call, atMs);
    if (verb === "answer") {
      const serverMs = option(words, "server", NO_SERVER_DELAY);
      engine.finish(call, Number(attempt), words[3] === "ok", atMs, serverMs);
    }
    let answer = next(call);
    for (let other = engine.takeResumed(); other; other = engine.takeResumed()) {
      const [name] = [...calls].find(([, each]) => each === other) as [string, Call];
      answer += `; ${name} ${next(other)}`;
    }
    return answer;
  };
  return { engine, facts, calls, step };
}

function next(call: Call): string {
  if (call.next === "attempt") return `attempt ${call.attempt} until ${call.wakeAtMs}`;
  if (call.next === "wait") return `wait until ${call.wakeAtMs}`;
  const cause = call.outcome === "fallback" ? ` for ${call.cause}` : "";
  return `${call.outcome}${cause} after ${call.attempt}`;
}
