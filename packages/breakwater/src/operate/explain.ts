import {
  type CircuitFact,
  describePolicy,
  type Fact,
  type Outcome,
  type PolicyOptions,
} from "@breakwater/policy";
import type { History, Remembered } from "./history.ts";
import { circuitText, factText, outcomeText, timeText } from "./sentences.ts";

/** What was decided about one call, or one change of the circuit: in words, and as the data that led to it. */
export interface Explanation {
  /** Undefined for a change of the circuit, and for what a cache or a load shedder did. */
  readonly callId: number | undefined;
  /** When it began, on the policy's clock. */
  readonly atMs: number;
  /** From the first to the latest fact about it. */
  readonly tookMs: number;
  /** Undefined while the call is under way, and for what is no call. */
  readonly outcome: Outcome | undefined;
  /** What happened and why, in one line. */
  readonly text: string;
  /** When trying again makes sense, on the policy's clock; undefined when nothing was refused or nobody can tell. */
  readonly tryAgainAtMs: number | undefined;
  /** The change of the circuit because of which the call was refused. */
  readonly circuit: CircuitFact | undefined;
  /** The decisions with their inputs, in order. */
  readonly facts: readonly Fact[];
}

/** The latest `count` calls and changes of the circuit, oldest first. */
export function explain(history: History, policy: PolicyOptions, count: number): Explanation[] {
  const judged = breakerText(policy);
  return history.latest(count).map((remembered) => explainOne(remembered, judged));
}

/** The part of the policy that decides about the circuit: "circuit breaker (50 % failed over 10s, open for 10s)". */
function breakerText({ circuitBreaker, probationBreaker }: PolicyOptions): string {
  return describePolicy({
    ...(circuitBreaker && { circuitBreaker }),
    ...(probationBreaker && { probationBreaker }),
  });
}

function explainOne({ callId, facts, circuit }: Remembered, judged: string): Explanation {
  const first = facts[0] as Fact;
  const latest = facts.at(-1) as Fact;
  const real = facts.filter(({ shadow }) => shadow !== true);
  const ended = real.findLast((fact) => fact.type === "callEnded");
  const refused = real.findLast((fact) => fact.type === "attemptRefused");
  const tookMs = latest.atMs - first.atMs;
  const tryAgainAtMs =
    refused?.retryAfterMs === undefined ? undefined : refused.atMs + refused.retryAfterMs;
  const text =
    callId === undefined
      ? outsideText(first, judged)
      : `${headText(callId, real, tookMs)}${stepsText(facts)}${becauseText(circuit, refused, judged)}`;
  const outcome = ended?.outcome;
  return {
    callId,
    atMs: first.atMs,
    tookMs,
    outcome,
    text,
    tryAgainAtMs,
    circuit,
    facts: [...facts],
  };
}

/** What happened outside of calls. */
function outsideText(fact: Fact, judged: string): string {
  const by = judged === "" || fact.type !== "circuitOpened" ? "" : `; judged by: ${judged}`;
  return `${factText(fact)}${by}`;
}

function headText(callId: number, facts: readonly Fact[], tookMs: number): string {
  const ended = facts.findLast((fact) => fact.type === "callEnded");
  if (ended === undefined) return `call ${callId} is under way`;
  const { outcome, cause, attempts } = ended;
  const instead = outcome === "fallback" && cause ? `, because it ${outcomeText(cause)},` : "";
  const tries = `${attempts} attempt${attempts === 1 ? "" : "s"}`;
  return `call ${callId} ${outcomeText(outcome)}${instead} after ${timeText(tookMs)} with ${tries}`;
}

/** Every step that took time or decided something; that an attempt went out is told by its end. */
function stepsText(facts: readonly Fact[]): string {
  const steps = facts.filter(
    ({ type, shadow }) => shadow === true || (type !== "callEnded" && type !== "attemptStarted"),
  );
  return steps.length === 0 ? "" : `: ${steps.map(factText).join("; ")}`;
}

function becauseText(
  circuit: CircuitFact | undefined,
  refused: Extract<Fact, { type: "attemptRefused" }> | undefined,
  judged: string,
): string {
  if (circuit === undefined || refused === undefined) return "";
  const before = timeText(refused.atMs - circuit.atMs);
  const by = judged === "" ? "" : `; judged by: ${judged}`;
  return `; ${circuitText(circuit.type)} ${before} before, because: ${circuit.reason}${by}`;
}
