import { attemptsPerCall } from "../amplification.ts";
import type { EdgeResult, RunResult, ServiceResult } from "../result.ts";
import { formatCount, formatFactor, formatMs } from "../text.ts";
import { firstTime, keptBack, MULTIPLIED, saturationsOf } from "./facts.ts";
import { counted } from "./phrases.ts";

/** One step of how trouble spread. */
export interface ChainLink {
  /** When it began; events to the millisecond, series to their bucket. */
  readonly atMs: number;
  readonly text: string;
  /** The place in the chain of the link that it follows from; null: it began the trouble. */
  readonly because: number | null;
}

/** A link, and the short name of it that the next one gives as its reason. */
export interface OpenLink extends ChainLink {
  readonly reason: string;
}

/** More causes than these would be a list, not an explanation. */
const MOST_LINKS = 40;

export function queueLink(
  result: RunResult,
  { name, series, workers, instances, maxQueue }: ServiceResult,
  fromMs: number,
  because: number,
  links: OpenLink[],
): number | null {
  const many = workers === null ? 1 : workers * instances;
  const atMs = beginsAt(result, series.queue, fromMs, (queue) => queue >= many);
  if (atMs === null) return null;
  const why = links[because]?.reason ?? "";
  return push(links, {
    atMs,
    text: `Because ${why}, its queue filled: at most ${formatCount(maxQueue)} waited at ${name}.`,
    because,
    reason: `requests waited at ${name}`,
  });
}

export function failureLink(
  result: RunResult,
  edge: EdgeResult,
  fromMs: number,
  causes: readonly number[],
  links: OpenLink[],
): number | null {
  const { timedOut, failed } = edge.attemptOutcomes;
  if (timedOut + failed === 0) return null;
  const { series } = edge;
  // How a call ended hides how its attempts did where a fallback or a retry helped.
  const bad = series.timedOut.map(
    (n, i) =>
      n +
      (series.failed[i] ?? 0) +
      (series.fallback[i] ?? 0) +
      Math.max(0, (series.attempts[i] ?? 0) - (series.calls[i] ?? 0)),
  );
  const atMs = beginsAt(result, bad, fromMs);
  if (atMs === null) return null;
  const because = causeOf(links, causes, atMs);
  const why = links[because]?.reason ?? "";
  const slow = timedOut >= failed;
  const what = slow ? "timed out" : "failed";
  const count = slow ? timedOut : failed;
  return push(links, {
    atMs,
    text: `Because ${why}, ${formatCount(count)} of ${counted(edge.attempts, "attempt")} from ${edge.from} to ${edge.to} ${what}.`,
    because,
    reason: `attempts from ${edge.from} to ${edge.to} ${what}`,
  });
}

export function retryLink(
  result: RunResult,
  edge: EdgeResult,
  fromMs: number,
  because: number,
  links: OpenLink[],
): void {
  if (attemptsPerCall(edge) < MULTIPLIED) return;
  const { calls, attempts } = edge.series;
  const more = (n: number, i: number) => n > 0 && n >= (calls[i] ?? 0) * MULTIPLIED;
  const atMs = beginsAt(result, attempts, fromMs, more);
  if (atMs === null) return;
  push(links, {
    atMs,
    text: `Because ${links[because]?.reason ?? ""}, retries multiplied the load on ${edge.to}: ${formatFactor(attemptsPerCall(edge))} as many attempts as calls.`,
    because,
    reason: `retries multiplied the load on ${edge.to}`,
  });
}

export function breakerLink(
  result: RunResult,
  edge: EdgeResult,
  fromMs: number,
  because: number,
  links: OpenLink[],
): void {
  const opened = result.events.find(
    ({ type, subject, atMs }) =>
      type === "circuitOpened" && subject === edge.name && atMs >= fromMs,
  );
  if (opened === undefined) return;
  const why = opened.reason === "" ? "" : `: ${opened.reason}`;
  const kept = keptBack(edge);
  const spared = kept === 0 ? "" : ` In all it kept ${counted(kept, "call")} from going out.`;
  push(links, {
    atMs: opened.atMs,
    text: `Because ${links[because]?.reason ?? ""}, a circuit breaker of ${edge.name} opened${why}.${spared}`,
    because,
    reason: `the circuit of ${edge.name} was open`,
  });
}

/** Every worker of the caller waits for this edge. */
export function heldLink(
  result: RunResult,
  edge: EdgeResult,
  fromMs: number,
  causes: readonly number[],
  links: OpenLink[],
): number | null {
  const held = saturationsOf(result).find(
    ({ service, waitsOn }) => service.name === edge.from && waitsOn?.name === edge.name,
  );
  if (held === undefined || held.fromMs + result.bucketMs < fromMs) return null;
  const atMs = Math.max(held.fromMs, fromMs);
  const because = causeOf(links, causes, atMs);
  return push(links, {
    atMs,
    text: `Because ${links[because]?.reason ?? ""}, every worker of ${edge.from} came to wait on ${edge.to}, for ${formatMs(held.forMs)} in all.`,
    because,
    reason: `no worker of ${edge.from} was free`,
  });
}

/** The nearest cause that had begun by then. */
function causeOf(links: readonly OpenLink[], causes: readonly number[], atMs: number): number {
  const begun = causes.find((cause) => (links[cause]?.atMs ?? Infinity) <= atMs);
  return begun ?? (causes.at(-1) as number);
}

/** The first bucket from `fromMs` on that passes, where none before did; null when there is none. */
function beginsAt(
  result: RunResult,
  column: readonly number[],
  fromMs: number,
  passes: (value: number, bucket: number) => boolean = (value) => value > 0,
): number | null {
  const atMs = firstTime(result, column, passes);
  if (atMs === null || atMs + result.bucketMs <= fromMs) return null;
  return Math.max(atMs, fromMs);
}

export function push(links: OpenLink[], link: OpenLink): number | null {
  if (links.length >= MOST_LINKS) return null;
  return links.push(link) - 1;
}
