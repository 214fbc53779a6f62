import { attemptsPerCall } from "../amplification.ts";
import { recoveryOf } from "../recovery.ts";
import type { EdgeResult, RunResult } from "../result.ts";
import { formatCount, formatFactor, formatMs, formatRate } from "../text.ts";
import { asidesOf } from "./asides.ts";
import { keptBack, latencyWithin, multiplied, type Saturation, saturationsOf } from "./facts.ts";
import {
  allOf,
  answeredClause,
  breakersOf,
  capitalised,
  counted,
  faultClause,
  joined,
} from "./phrases.ts";
import { sustainingEffects } from "./sustain.ts";

/** Saturation for at least this share of the load is the story of the run. */
const DOMINANT = 0.25;
/** Breakers are the story where at least this share of calls was answered thanks to them. */
const RESCUED = 0.9;
const STORM = 1.5;
const THROUGHOUT = 0.9;

/**
 * What happened and why, in one to four sentences. The first of these that the numbers bear out: nothing was called;
 * nothing went wrong; the collapse outlived its trigger; breakers rescued the run; workers ran out; retries
 * multiplied the load; a fault struck. Else only what was answered.
 */
export function headlineOf(result: RunResult): string {
  const story =
    idle(result) ??
    healthy(result) ??
    metastable(result) ??
    rescued(result) ??
    exhausted(result) ??
    storm(result) ??
    struck(result) ??
    plain(result);
  return story + asidesOf(result);
}

function idle({ summary }: RunResult): string | null {
  return summary.offered === 0 ? "The load made no calls." : null;
}

/** No fault, and nothing failed: how much that was, and what kept it from being more. */
function healthy(result: RunResult): string | null {
  const { faults, summary, durationMs } = result;
  if (faults.length > 0 || summary.successRate < 1 || summary.degradedRate > 0) return null;
  const full = saturationsOf(result).find(({ forMs }) => forMs >= durationMs * THROUGHOUT);
  if (full === undefined) return plain(result);
  const { workers, service, waitsOn } = full;
  const were = workers === 1 ? "was" : "were";
  const how = waitsOn === null ? "busy" : `busy or waiting on ${waitsOn.to}`;
  const limit = `${allOf(workers, "worker", service.name)} ${were} ${how} throughout: ${formatRate(summary.goodput)} is what it can do.`;
  return `${plain(result)} ${limit}`;
}

function metastable(result: RunResult): string | null {
  const recovery = recoveryOf(result);
  if (recovery === null || recovery.recoveryMs !== null) return null;
  const { before, after, faultsEndedMs } = recovery;
  const effects = sustainingEffects(result, recovery);
  const why = effects.length === 0 ? "" : ` ${capitalised(joined(effects))}.`;
  const fall = `${formatRate(after)} against ${formatRate(before)} before`;
  return `The last fault ended at ${formatMs(faultsEndedMs)}, but goodput did not come back: ${fall}.${why}`;
}

function rescued(result: RunResult): string | null {
  const edge = result.edges.find(({ circuit }) => (circuit?.attemptsUntilAllOpen ?? -1) >= 0);
  if (edge?.circuit === undefined || result.summary.successRate < RESCUED) return null;
  const { breakers, attemptsUntilAllOpen } = edge.circuit;
  const after = counted(attemptsUntilAllOpen, "attempt");
  const open = breakers === 1 ? "opened" : "were open";
  const kept = keptBack(edge);
  const spared =
    kept === 0
      ? ""
      : ` and kept ${formatCount(kept)} of ${counted(edge.calls, "call")} from going out`;
  return `${breakersOf(edge)} ${open} after ${after}${spared}. ${capitalised(answeredClause(result))}.`;
}

function exhausted(result: RunResult): string | null {
  const long = saturationsOf(result).filter(({ forMs }) => forMs >= result.durationMs * DOMINANT);
  const longest = long.toSorted((a, b) => b.forMs - a.forMs);
  const worst = longest.find(({ waitsOn }) => waitsOn !== null) ?? longest[0];
  if (worst === undefined) return null;
  // Busy with its own work and failing nobody is no story of exhaustion.
  if (worst.waitsOn === null && result.summary.successRate === 1) return null;
  const answered = answeredClause(result);
  const { service, workers, waitsOn, forMs } = worst;
  const retries = multiplied(result.edges)[0];
  const storm =
    retries === undefined
      ? ""
      : `; retries made ${formatFactor(attemptsPerCall(retries))} as many attempts as calls to ${retries.to}`;
  if (waitsOn === null) {
    const were = workers === 1 ? "was" : "were";
    const all = allOf(workers, "worker", service.name);
    return `${all} ${were} busy for ${formatMs(forMs)} of ${formatMs(result.durationMs)}${storm}: ${answered}.`;
  }
  const who = workers === 1 ? `The only ${service.name} worker` : `Every ${service.name} worker`;
  return `${who} waited on ${chainOf(worst, long)}${storm}: ${answered}.`;
}

/** "recommendations, which took 5.1 s (median) and up to 10 s". */
function chainOf({ service, waitsOn, buckets }: Saturation, all: readonly Saturation[]): string {
  const names = [service.name];
  let edge = waitsOn;
  let text = "";
  while (edge !== null && !names.includes(edge.to)) {
    const target = edge.to;
    names.push(target);
    const next: Saturation | undefined = all.find((other) => other.service.name === target);
    if (next === undefined || next.waitsOn === null) return text + target + tookText(edge, buckets);
    text += `${target}, whose workers all waited on `;
    edge = next.waitsOn;
  }
  return `${text}${edge?.to ?? ""}`;
}

function tookText(edge: EdgeResult, buckets: readonly number[]): string {
  if (edge.attemptOutcomes.timedOut * 2 >= edge.attempts) {
    const policy = edge.policy === "" ? "" : ` (${edge.policy})`;
    return `, whose answers did not come in time${policy}`;
  }
  const took = latencyWithin(edge, buckets);
  if (took === null) return ", which did not answer";
  const median = formatMs(took.medianMs);
  const max = formatMs(took.maxMs);
  return median === max
    ? `, which took ${max}`
    : `, which took ${median} (median) and up to ${max}`;
}

function storm(result: RunResult): string | null {
  const edge = multiplied(result.edges)[0];
  if (edge === undefined || result.summary.amplification < STORM) return null;
  const fault = faultText(result);
  const cause = fault === null ? "" : `A fault struck: ${fault}. `;
  return `${cause}${retriesText(edge)}: ${answeredClause(result)}.`;
}

function struck(result: RunResult): string | null {
  const fault = faultText(result);
  if (fault === null) return null;
  const answered = answeredClause(result);
  const { recoveryMs, successRate } = result.summary;
  const back =
    recoveryMs === null || recoveryMs === 0
      ? ""
      : ` Goodput was back ${formatMs(recoveryMs)} after the fault ended.`;
  const broken = result.edges.filter(({ circuit }) => (circuit?.opened ?? 0) > 0);
  if (broken.length > 0) {
    const names = joined(broken.map(({ name }) => name));
    return `A fault struck: ${fault}. Circuits opened (${names}), and ${answered}.${back}`;
  }
  if (successRate === 1) return `Though ${fault}, ${answered}.${back}`;
  return `A fault struck: ${fault}. ${capitalised(answered)}.${back}`;
}

/** "stock was down from 10 s to 20 s (and 1 more fault)". */
function faultText(result: RunResult): string | null {
  const [first, ...others] = result.faults;
  if (first === undefined) return null;
  const more = others.length === 0 ? "" : ` (and ${counted(others.length, "more fault")})`;
  return `${faultClause(first, result)}${more}`;
}

function plain(result: RunResult): string {
  const { p99Ms } = result.summary;
  const within = p99Ms === null ? "" : `, 99 % of those within ${formatMs(p99Ms)}`;
  const edge = multiplied(result.edges)[0];
  const retries = edge === undefined ? "" : ` ${retriesText(edge)}.`;
  return `${capitalised(answeredClause(result))}${within}.${retries}`;
}

function retriesText(edge: EdgeResult): string {
  const factor = formatFactor(attemptsPerCall(edge));
  return `Retries made ${counted(edge.attempts, "attempt")} of ${counted(edge.calls, "call")} from ${edge.from} to ${edge.to} (${factor})`;
}
