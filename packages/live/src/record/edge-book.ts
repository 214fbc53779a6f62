import { CircuitRecord, EdgeRecord, type EdgeResult, type RunEvent } from "@breakwater/metrics";
import { type EdgeEvent, inOrder } from "./timeline.ts";

export interface EdgeBook {
  readonly result: EdgeResult;
  /** Changes of its circuits. */
  readonly events: readonly RunEvent[];
}

export interface EdgeFacts {
  readonly identity: Pick<EdgeResult, "name" | "kind" | "from" | "to" | "endpoint" | "policy">;
  /** How many breakers guard it; 0 for none. */
  readonly breakers: number;
  readonly breakerName: (breaker: number) => string;
  readonly events: readonly EdgeEvent[];
  /** Attempts that the other side has seen; undefined where it does not say. */
  readonly arrived: number | undefined;
}

export interface BookSize {
  readonly bucketMs: number;
  readonly buckets: number;
  readonly endedAtMs: number;
}

/** Writes the books of one edge from everything that happened on it, in whatever order that was found. */
export function keepEdge(facts: EdgeFacts, size: BookSize): EdgeBook {
  const record = new EdgeRecord(size.bucketMs);
  const circuit =
    facts.breakers === 0 ? undefined : new CircuitRecord(facts.breakers, size.bucketMs);
  const events: RunEvent[] = [];
  const counts = { attempts: 0, refused: 0, degraded: 0 };
  for (const event of inOrder(facts.events)) {
    if (event.is === "circuit") {
      const { atMs, type, state, breaker, reason } = event;
      if (type !== "circuitRamped") circuit?.changed(breaker, state, atMs, counts.attempts);
      const part = facts.breakerName(breaker);
      events.push({ atMs, type, subject: facts.identity.name, part, reason });
    } else {
      write(record, event, counts);
    }
  }
  deliver(record, counts, facts.arrived);
  const result = record.result(
    { ...facts.identity, circuit: circuit?.result(size.buckets, size.endedAtMs) },
    size.buckets,
  );
  return { result: { ...result, degraded: result.degraded + counts.degraded }, events };
}

interface Counts {
  attempts: number;
  refused: number;
  degraded: number;
}

function write(
  record: EdgeRecord,
  event: Exclude<EdgeEvent, { is: "circuit" }>,
  counts: Counts,
): void {
  switch (event.is) {
    case "callStarted":
      record.callStarted(event.atMs);
      break;
    case "attemptStarted":
      counts.attempts++;
      record.attemptStarted(event.atMs);
      break;
    case "attemptEnded":
      record.attemptEnded(event.outcome);
      break;
    case "callEnded":
      record.callEnded(event.outcome, event.startedAtMs, event.degraded, event.atMs);
      break;
    case "lateAnswer":
      record.lateAnswers++;
      break;
    case "refused":
      counts.refused++;
      break;
    case "degraded":
      counts.degraded++;
      break;
  }
}

/** What the other side has not seen, was not refused and is not on its way any more is lost. */
function deliver(record: EdgeRecord, counts: Counts, seen: number | undefined): void {
  const arrived = seen ?? counts.attempts - counts.refused - record.attemptOutcomes.inFlight;
  const { inFlight } = record.attemptOutcomes;
  const lost = Math.max(0, counts.attempts - counts.refused - arrived - inFlight);
  for (let i = 0; i < arrived; i++) record.delivered("arrived");
  for (let i = 0; i < counts.refused; i++) record.delivered("refused");
  for (let i = 0; i < lost; i++) record.delivered("lost");
}
