import {
  CallEngine,
  type Duration,
  EVERY_PART,
  type Fact,
  OUTCOMES,
  type Outcome,
  type PolicyOptions,
  resolvePolicy,
} from "@breakwater/policy";
import { answerer, type SimulatedDependency } from "./dependency.ts";
import { durationMs, seedOf } from "./options.ts";
import { uniformFor } from "./random.ts";
import { SimulatedCall, type SimulatedWorld } from "./simulated-call.ts";
import { Timeline } from "./timeline.ts";

const MOST_CALLS = 1_000_000;

export interface SimulateOptions {
  /** Calls per second; 10 unless given. */
  readonly rate?: number;
  /** How long calls come; 60 s unless given. The run goes on until all of them have ended. */
  readonly duration?: Duration;
  /** "even" (default): the same time between calls. "random": a Poisson process. */
  readonly arrivals?: "even" | "random";
  /** A whole number; 1 unless given. */
  readonly seed?: number;
  /**
   * True (default): an attempt that is given up ends at once, as fetch with the attempt's signal does. False: it goes
   * on until its answer, and holds its place in a bulkhead.
   */
  readonly heedsSignal?: boolean;
}

export interface Simulated {
  readonly calls: number;
  /** When the circuit opened for the first time; undefined when it never did. */
  readonly opensAtMs: number | undefined;
  /** Calls that had been made when it opened for the first time. */
  readonly callsUntilOpen: number | undefined;
  readonly attempts: number;
  /** Attempts / calls. */
  readonly attemptsPerCall: number;
  /** The most attempts that one call made. */
  readonly mostAttempts: number;
  /** How long the longest call took; Infinity when one never ended. */
  readonly worstCallMs: number;
  /** How many calls ended in which way. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Calls that never ended: nothing bounds them, and the dependency hung. */
  readonly neverEnded: number;
  /** All that was decided, in order. */
  readonly facts: readonly Fact[];
}

/**
 * Runs a policy against a described dependency in virtual time: the very engine that decides in production, and a
 * minute of it takes milliseconds. The same arguments give the same result. A fallback stands in at once and is not
 * run.
 * @throws InvalidOptionsError for the policy, RangeError for the rest
 */
export function simulate(
  policy: PolicyOptions,
  dependency: SimulatedDependency,
  options: SimulateOptions = {},
): Simulated {
  const seed = seedOf(options.seed ?? 1);
  const facts: Fact[] = [];
  const time = new Timeline();
  const engine = new CallEngine(resolvePolicy(policy), {
    parts: EVERY_PART,
    random: (call) => uniformFor(seed, "backoff", call.id, call.tries),
    onFact: (fact) => facts.push(fact),
  });
  const { heedsSignal = true } = options;
  const answer = answerer(dependency, seed);
  const world: SimulatedWorld = { engine, time, seed, answer, heedsSignal, underWay: 0 };
  const calls: SimulatedCall[] = [];
  bringCalls(options, seed, time, () => {
    const call = new SimulatedCall(calls.length + 1, world);
    calls.push(call);
    call.start();
  });
  time.run();
  engine.breaker?.advance(time.nowMs);
  return summary(calls, facts);
}

/** Plans one call at a time, so that little is to come at any moment. */
function bringCalls(
  options: SimulateOptions,
  seed: number,
  time: Timeline,
  bring: () => void,
): void {
  const { rate = 10, duration = "60s", arrivals = "even" } = options;
  const durationOfLoadMs = durationMs("duration", duration);
  if (!(rate > 0) || (rate * durationOfLoadMs) / 1000 > MOST_CALLS) {
    throw new RangeError(`rate: ${rate} is not above 0, or makes more than ${MOST_CALLS} calls`);
  }
  const gapMs = 1000 / rate;
  const atOf = (index: number, beforeMs: number) =>
    arrivals === "even"
      ? index * gapMs
      : beforeMs - Math.log(1 - uniformFor(seed, "arrival", index)) * gapMs;
  const plan = (index: number, atMs: number): void => {
    if (atMs >= durationOfLoadMs || index >= MOST_CALLS) return;
    time.add(atMs, () => {
      plan(index + 1, atOf(index + 1, atMs));
      bring();
    });
  };
  plan(0, atOf(0, 0));
}

function summary(calls: readonly SimulatedCall[], facts: readonly Fact[]): Simulated {
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0]));
  let attempts = 0;
  let mostAttempts = 0;
  let ended = 0;
  let worstCallMs = 0;
  for (const { attempt } of calls) {
    attempts += attempt;
    mostAttempts = Math.max(mostAttempts, attempt);
  }
  for (const fact of facts) {
    if (fact.type !== "callEnded") continue;
    ended++;
    outcomes[fact.outcome] = (outcomes[fact.outcome] ?? 0) + 1;
    const startedAtMs = calls[fact.callId - 1]?.startedAtMs ?? fact.atMs;
    worstCallMs = Math.max(worstCallMs, fact.atMs - startedAtMs);
  }
  const neverEnded = calls.length - ended;
  const opening = facts.find(({ type }) => type === "circuitOpened");
  return {
    calls: calls.length,
    opensAtMs: opening?.atMs,
    callsUntilOpen: opening && calls.filter((call) => call.startedAtMs <= opening.atMs).length,
    attempts,
    attemptsPerCall: calls.length === 0 ? 0 : attempts / calls.length,
    mostAttempts,
    worstCallMs: neverEnded > 0 ? Number.POSITIVE_INFINITY : worstCallMs,
    outcomes: outcomes as Record<Outcome, number>,
    neverEnded,
    facts,
  };
}
