import { recoveryOf } from "../recovery.ts";
import type { EdgeResult, FaultSpan, RunResult } from "../result.ts";
import { formatMs, formatRate } from "../text.ts";
import {
  breakerLink,
  type ChainLink,
  failureLink,
  heldLink,
  type OpenLink,
  push,
  queueLink,
  retryLink,
} from "./chain-links.ts";
import { saturationsOf } from "./facts.ts";
import { capitalised, faultClause, joined } from "./phrases.ts";
import { sustainingEffects } from "./sustain.ts";

/**
 * How trouble spread, from cause to effect: a fault, the queue that it fills, the timeouts of those who wait, the
 * retries that multiply them, the breakers that open, the callers whose workers all wait, and so on up to the
 * customers; then what became of it. Each effect is one that the result shows to begin after its cause and not before.
 */
export function chainOf(result: RunResult): ChainLink[] {
  const links: OpenLink[] = [];
  for (const fault of result.faults) followFault(result, fault, links);
  if (result.faults.length === 0) followOverload(result, links);
  addEnd(result, links);
  const ordered = links
    .map((link, index) => ({ link, index }))
    .toSorted((a, b) => a.link.atMs - b.link.atMs || a.index - b.index);
  const place = new Map(ordered.map(({ index }, i) => [index, i]));
  return ordered.map(({ link: { atMs, text, because } }) => ({
    atMs,
    text,
    because: because === null ? null : (place.get(because) ?? null),
  }));
}

function followFault(result: RunResult, fault: FaultSpan, links: OpenLink[]): void {
  const { startMs, target, kind } = fault;
  const name = serviceOf(target);
  const because = push(links, {
    atMs: startMs,
    text: `${capitalised(faultClause(fault, result))}.`,
    because: null,
    reason: `${target} had a fault (${kind})`,
  });
  if (because !== null) followService(result, name, startMs, because, links, new Set());
}

/** Without a fault: the services that all workers of which were busy, those that wait on none of the others first. */
function followOverload(result: RunResult, links: OpenLink[]): void {
  for (const { service, fromMs, waitsOn } of saturationsOf(result)) {
    if (waitsOn !== null) continue;
    const because = push(links, {
      atMs: fromMs,
      text: `${capitalised(service.name)} had more work than its workers can do.`,
      because: null,
      reason: `${service.name} had too much to do`,
    });
    if (because !== null) followService(result, service.name, fromMs, because, links, new Set());
  }
}

/** "stock" of "shop -> stock/list[0]". */
function serviceOf(target: string): string {
  const callee = target.split(" -> ").at(-1) ?? target;
  return callee.replace(/\[\d+\]$/, "").replace(/\/.*$/, "");
}

function followService(
  result: RunResult,
  name: string,
  fromMs: number,
  because: number,
  links: OpenLink[],
  seen: Set<string>,
): void {
  if (seen.has(name)) return;
  seen.add(name);
  const service = result.services.find((each) => each.name === name);
  const queue = service === undefined ? null : queueLink(result, service, fromMs, because, links);
  for (const edge of result.edges) {
    if (edge.to !== name || edge.kind === "all") continue;
    followEdge(result, edge, fromMs, queue === null ? [because] : [queue, because], links, seen);
  }
}

function followEdge(
  result: RunResult,
  edge: EdgeResult,
  fromMs: number,
  causes: readonly number[],
  links: OpenLink[],
  seen: Set<string>,
): void {
  const failed = failureLink(result, edge, fromMs, causes, links);
  if (failed !== null) {
    retryLink(result, edge, fromMs, failed, links);
    breakerLink(result, edge, fromMs, failed, links);
  }
  if (edge.kind !== "call") return;
  const held = heldLink(result, edge, fromMs, causes, links);
  const cause = held ?? failed;
  if (cause !== null) {
    followService(result, edge.from, links[cause]?.atMs ?? fromMs, cause, links, seen);
  }
}

function addEnd(result: RunResult, links: OpenLink[]): void {
  const recovery = recoveryOf(result);
  if (recovery === null) return;
  const { faultsEndedMs, recoveryMs, before, after } = recovery;
  const ended = push(links, {
    atMs: faultsEndedMs,
    text: "The last fault ended.",
    because: null,
    reason: "the fault was over",
  });
  if (recoveryMs !== null) {
    const when = recoveryMs === 0 ? "at once" : `after ${formatMs(recoveryMs)}`;
    const text = `Goodput was back at its level of before ${when}.`;
    push(links, { atMs: faultsEndedMs + recoveryMs, text, because: ended, reason: "" });
    return;
  }
  const effects = sustainingEffects(result, recovery);
  const why = effects.length === 0 ? "" : `, because ${joined(effects)}`;
  push(links, {
    atMs: faultsEndedMs,
    text: `Goodput did not come back, ${formatRate(after)} against ${formatRate(before)} before${why}.`,
    because: ended,
    reason: "",
  });
}
