import type { CircuitFact, Fact } from "@breakwater/policy";
import type { Trace } from "./case.ts";

/** Changes that time brings about, and no answer: these circuit facts. */
const DUE = [
  /^the open time has passed$/,
  /^(trials were|the trial was) not answered in time$/,
  /^the step of .+ has passed$/,
  /the latest has been out for /,
];

function cameByTime(fact: Fact): boolean {
  return "reason" in fact && "from" in fact && DUE.some((reason) => reason.test(fact.reason));
}

/**
 * Facts in order of time. A circuit whose time has come may be told of it at once or with the next call; the fact
 * bears the moment at which it was due, and in that moment it stands before everything else.
 */
export function inOrder(facts: readonly Fact[]): Trace {
  return facts
    .map((fact, index) => ({ fact, index, rank: cameByTime(fact) ? 0 : 1 }))
    .sort((a, b) => a.fact.atMs - b.fact.atMs || a.rank - b.rank || a.index - b.index)
    .map(({ fact }) => fact);
}

const CIRCUIT = {
  circuitOpened: "opened",
  circuitHalfOpened: "half-open",
  circuitRamped: "ramped",
  circuitClosed: "closed",
  circuitIsolated: "isolated",
} as const satisfies Record<CircuitFact["type"], string>;

/** One fact as one line: "300 call 1 attempt 1 timedOut". */
export function line(fact: Fact): string {
  const { atMs } = fact;
  if ("from" in fact) {
    const to = fact.share === undefined ? "" : ` to ${fact.share}`;
    return `${atMs} circuit ${CIRCUIT[fact.type]}${to}: ${fact.reason}`;
  }
  if (!("callId" in fact)) return `${atMs} ${fact.type}`;
  const call = `${atMs} call ${fact.callId}`;
  switch (fact.type) {
    case "attemptStarted":
      return `${call} attempt ${fact.attempt} started`;
    case "attemptEnded":
      return `${call} attempt ${fact.attempt} ${fact.outcome}`;
    case "attemptRefused": {
      const after = fact.retryAfterMs === undefined ? "" : ` for ${fact.retryAfterMs}`;
      return `${call} refused: ${fact.reason}${after}`;
    }
    case "attemptQueued": {
      const until = fact.untilMs < Infinity ? ` until ${fact.untilMs}` : "";
      return `${call} waits for ${fact.waitsFor === "rate" ? "its turn" : "a place"}${until}`;
    }
    case "retryScheduled":
      return `${call} try ${fact.nextTry} in ${fact.delayMs}`;
    case "hedgeSkipped":
      return `${call} no hedge: ${fact.reason}`;
    case "hedgeDue":
      return `${call} hedge due`;
    case "limitChanged":
      return `${call} limit ${fact.limit}: ${fact.reason}`;
    case "retryStopped":
      return `${call} gives up: ${fact.reason}`;
    case "lateAnswer":
      return `${call} attempt ${fact.attempt} late, ${fact.taken ? "taken" : "ignored"}`;
    case "callEnded": {
      const cause = fact.outcome === "fallback" ? ` for ${fact.cause}` : "";
      return `${call} ended ${fact.outcome}${cause}, attempts: ${fact.attempts}`;
    }
  }
}

export function transcript(trace: Trace, show: "circuit" | undefined): string[] {
  const shown =
    show === undefined ? trace : trace.filter((f) => "from" in f || f.type === "attemptRefused");
  return shown.map(line);
}
