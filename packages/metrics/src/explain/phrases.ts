import type { EdgeResult, FaultSpan, RunResult } from "../result.ts";
import { formatCount, formatMs } from "../text.ts";

/** What a fault of each kind makes its target do. */
const FAULT_PHRASES: Readonly<Record<string, string>> = {
  latency: "answered slowly",
  error: "answered with errors",
  refused: "refused connections",
  hang: "took requests and did not answer",
  crash: "was down",
  pause: "was frozen",
  capacity: "had fewer workers",
  partition: "could not be reached",
  leak: "became slower and slower",
  loss: "lost messages on the way",
};

/** "stock was down from 10 s to 20 s". */
export function faultClause(
  fault: FaultSpan,
  { durationMs }: Pick<RunResult, "durationMs">,
): string {
  const { kind, target, startMs, endMs } = fault;
  const phrase = FAULT_PHRASES[kind] ?? `was struck by a fault (${kind})`;
  const toEnd = endMs === null || endMs >= durationMs;
  if (toEnd) {
    const since = startMs === 0 ? "all the time" : `from ${formatMs(startMs)} on`;
    return `${target} ${phrase} ${since}`;
  }
  return `${target} ${phrase} from ${formatMs(startMs)} to ${formatMs(endMs)}`;
}

/** "25 of 33 calls were answered in 30 s, the rest later, all degraded". */
export function answeredClause({ summary, durationMs, endToEnd }: RunResult): string {
  const { offered, served, servedInDuration } = summary;
  const inTime = `${formatCount(servedInDuration)} of ${counted(offered, "call")} were answered in ${formatMs(durationMs)}`;
  const late = served === offered ? `${inTime}, the rest later` : inTime;
  const counts =
    servedInDuration === offered ? `all ${counted(offered, "call")} were answered` : late;
  const { degraded } = endToEnd;
  if (degraded === 0) return counts;
  if (degraded === served) return `${counts}, all degraded`;
  // The degraded are counted to the end of the run, so they can only be set against all answers.
  return `${counts}, and ${formatCount(degraded)} of all ${counted(served, "answer")} were degraded`;
}

/** "1 call", "25 calls". */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** "All 8 workers of homepage". */
export function allOf(count: number, noun: string, of: string): string {
  return count === 1 ? `The only ${noun} of ${of}` : `All ${formatCount(count)} ${noun}s of ${of}`;
}

export function breakersOf(edge: EdgeResult): string {
  const { breakers = 1 } = edge.circuit ?? {};
  return breakers === 1
    ? `The circuit breaker of ${edge.name}`
    : `All ${formatCount(breakers)} circuit breakers of ${edge.name}`;
}

/** "a", "a and b", "a, b and c". */
export function joined(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
