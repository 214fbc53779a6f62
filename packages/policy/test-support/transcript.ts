/** Tests as transcripts in virtual time: every line is a command and, after the arrow, what came of it. */
import { expect } from "vitest";
import type { Breaker, CircuitFact, CircuitListener } from "../src/breaker.ts";
import { NO_PERMIT } from "../src/breaker.ts";

type Step = (atMs: number, words: readonly string[]) => string;

/** Runs the commands of a transcript and expects it to come out exactly as it was written. */
export function expectTranscript(step: Step, text: string): void {
  const written = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const played = written.map((line) => {
    const command = line.split(" -> ")[0] as string;
    const [time = "", ...words] = command.split(" ");
    return `${command} -> ${step(Number(time.slice(2)), words)}`;
  });
  expect(played).toEqual(written);
}

/**
 * Commands: acquire NAME, ok NAME [LATENCY], fail NAME [LATENCY], release NAME; call ok|fail [xN] [LATENCY] (acquire
 * and record at once); advance, isolate, reset, state. A transition is written after the answer.
 */
export function breakerSteps<B extends Breaker>(
  make: (listener: CircuitListener) => B,
): { breaker: B; step: Step } {
  const facts: CircuitFact[] = [];
  const breaker = make((fact) => facts.push(fact));
  const permits = new Map<string, number>();
  const acquire = (atMs: number) => {
    const permit = breaker.acquire(atMs);
    if (permit !== NO_PERMIT) return { permit, answer: "permit" };
    const { reason, retryAfterMs } = breaker.refusal(atMs);
    return { permit, answer: retryAfterMs === undefined ? reason : `${reason} ${retryAfterMs}` };
  };
  const record = (permit: number, verb: string, latency: string | undefined, atMs: number) => {
    const counted = breaker.record(permit, verb === "fail", Number(latency ?? 1), atMs);
    return counted ? "counted" : "stale";
  };
  const commands: Record<string, Step> = {
    acquire(atMs, [, name = ""]) {
      const { permit, answer } = acquire(atMs);
      permits.set(name, permit);
      return answer;
    },
    release(atMs, [, name = ""]) {
      breaker.release(permits.get(name) as number, atMs);
      return "released";
    },
    call(atMs, [, verb = "", times = "x1", latency]) {
      let answer = "";
      for (let i = 0; i < Number(times.slice(1)); i++) {
        const got = acquire(atMs);
        answer = got.answer;
        if (got.permit !== NO_PERMIT) answer = record(got.permit, verb, latency, atMs);
      }
      return answer;
    },
    state: () => `${breaker.state}, wake ${breaker.wakeAtMs}`,
  };
  const step: Step = (atMs, words) => {
    facts.length = 0;
    const [verb = "", name = "", latency] = words;
    let answer = "done";
    if (verb === "ok" || verb === "fail") {
      answer = record(permits.get(name) as number, verb, latency, atMs);
    } else if (verb === "advance" || verb === "isolate" || verb === "reset") breaker[verb](atMs);
    else answer = (commands[verb] as Step)(atMs, words);
    const changes = facts.map((f) => `; ${f.type} at ${f.atMs}: ${f.reason}`);
    return answer + changes.join("");
  };
  return { breaker, step };
}
