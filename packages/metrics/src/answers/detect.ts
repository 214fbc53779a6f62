import type { RunResult } from "../result.ts";

/** How soon the system noticed a fault. */
export interface Detection {
  readonly fault: string;
  readonly faultStartMs: number;
  /**
   * Start of the first bucket, from the fault's start on, in which an attempt or a call failed or timed out more often
   * than in any whole bucket before the first fault; never before the fault's start. null: none did.
   */
  readonly firstFailureMs: number | null;
  /** The edge on which it was. */
  readonly failedOn: string;
  /** When the first circuit breaker opened, from the fault's start on; null: none did, or there is none. */
  readonly circuitOpenedMs: number | null;
  readonly openedOn: string;
  /** From the fault's start to the first circuit that opened; null without one. */
  readonly detectMs: number | null;
}

type Parts = Pick<RunResult, "faults" | "edges" | "events" | "timeMs" | "bucketMs">;

/**
 * Time to detect, for each fault in the order of the scenario. A circuit that opens while the fault is in force, or
 * before the next fault begins, counts as its detection.
 */
export function detectionsOf(parts: Parts): Detection[] {
  return parts.faults.map((fault) => {
    const { name, startMs } = fault;
    const nextMs = Math.min(
      Infinity,
      ...parts.faults.map((other) => other.startMs).filter((atMs) => atMs > startMs),
    );
    const untilMs = Math.max(nextMs, fault.endMs ?? Infinity);
    const opened = parts.events.find(
      ({ type, atMs }) => type === "circuitOpened" && atMs >= startMs && atMs < untilMs,
    );
    const failed = firstFailure(parts, startMs, untilMs);
    return {
      fault: name,
      faultStartMs: startMs,
      firstFailureMs: failed?.atMs ?? null,
      failedOn: failed?.edge ?? "",
      circuitOpenedMs: opened?.atMs ?? null,
      openedOn: opened?.subject ?? "",
      detectMs: opened === undefined ? null : opened.atMs - startMs,
    };
  });
}

/** The time to detect the first fault; null when nothing did, or there was none. */
export function detectMsOf(parts: Parts): number | null {
  const detections = detectionsOf(parts);
  if (detections.length === 0) return null;
  const first = detections.reduce((a, b) => (b.faultStartMs < a.faultStartMs ? b : a));
  return first.detectMs;
}

function firstFailure(parts: Parts, startMs: number, untilMs: number) {
  let found: { edge: string; atMs: number } | undefined;
  const calmUntilMs = Math.min(...parts.faults.map((fault) => fault.startMs));
  for (const edge of parts.edges) {
    const bad = parts.timeMs.map((_, i) => {
      const { failed, timedOut, fallback, shortCircuited } = edge.series;
      return (failed[i] ?? 0) + (timedOut[i] ?? 0) + (fallback[i] ?? 0) + (shortCircuited[i] ?? 0);
    });
    const usual = bad.reduce(
      (most, n, i) =>
        (parts.timeMs[i] ?? 0) + parts.bucketMs <= calmUntilMs ? Math.max(most, n) : most,
      0,
    );
    const bucket = bad.findIndex((n, i) => {
      const beginsMs = parts.timeMs[i] ?? 0;
      return n > usual && beginsMs + parts.bucketMs > startMs && beginsMs < untilMs;
    });
    if (bucket < 0) continue;
    const atMs = Math.max(startMs, parts.timeMs[bucket] ?? 0);
    // Of edges that fail in the same bucket, the one nearest to the fault is the last in the scenario's order.
    if (found === undefined || atMs <= found.atMs) found = { edge: edge.name, atMs };
  }
  return found;
}
