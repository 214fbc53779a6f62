import type { EdgeEvent } from "../record/timeline.ts";

/** A span of time in which somebody waited for an answer; milliseconds from the start of the run. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * How long a service itself took for each request: from the caller's attempt to its answer, less the time in which
 * its own calls were out. Exact where there is one request at a time, as in a quiet run.
 * @param incoming what happened on the edge to the endpoint
 * @param outgoing what happened on the edges over which the service calls others
 */
export function ownTimes(
  incoming: readonly EdgeEvent[],
  outgoing: readonly (readonly EdgeEvent[])[],
): number[] {
  const inner = outgoing.flatMap(spans);
  return spans(incoming).map(({ fromMs, toMs }) => {
    const within = inner.filter((span) => span.fromMs >= fromMs && span.toMs <= toMs);
    return toMs - fromMs - covered(within);
  });
}

function spans(events: readonly EdgeEvent[]): Span[] {
  return events.flatMap((event) => {
    if (event.is !== "attemptEnded" || event.outcome !== "ok") return [];
    return [{ fromMs: event.atMs - event.tookMs, toMs: event.atMs }];
  });
}

/** How much time the spans cover together: those of parallel calls overlap. */
function covered(all: readonly Span[]): number {
  let total = 0;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const { fromMs, toMs } of all.toSorted((a, b) => a.fromMs - b.fromMs)) {
    total += Math.max(0, toMs - Math.max(fromMs, endMs));
    endMs = Math.max(endMs, toMs);
  }
  return total;
}
