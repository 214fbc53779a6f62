import { attemptsPerCall } from "../amplification.ts";
import { recoveryOf } from "../recovery.ts";
import type { EdgeResult, RunResult } from "../result.ts";
import { formatCount, formatFactor, formatMs, formatRate } from "../text.ts";
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

/**
 * What happened and why, in one or two sentences. The first of these that the numbers bear out: nothing was called; the
 * collapse outlived its trigger; breakers rescued the run; workers had run out; retries multiplied the load; breakers
 * opened; a fault struck; nothing went wrong.
 */
export function headlineOf(result: RunResult): string {
  return (
    idle(result) ??
    metastable(result) ??
    rescued(result) ??
    exhausted(result) ??
    storm(result) ??
    opened(result) ??
    struck(result) ??
    healthy(result)
  );
}

function idle({ summary }: RunResult): string | null {
  return summary.offered === 0 ? "The load made no calls." : null;
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
  const factor = formatFactor(attemptsPerCall(edge));
  const made = `Retries made ${counted(edge.attempts, "attempt")} of ${counted(edge.calls, "call")} from ${edge.from} to ${edge.to} (${factor})`;
  return `${made}: ${answeredClause(result)}.`;
}

function opened(result: RunResult): string | null {
  const edge = result.edges.find(({ circuit }) => (circuit?.opened ?? 0) > 0);
  if (edge?.circuit === undefined) return null;
  const times = counted(edge.circuit.opened, "time");
  return `Circuit breaking on ${edge.name} opened ${times}: ${answeredClause(result)}.`;
}

function struck(result: RunResult): string | null {
  const [first, ...others] = result.faults;
  if (first === undefined) return null;
  const more = others.length === 0 ? "" : ` (and ${counted(others.length, "more fault")})`;
  const { recoveryMs } = result.summary;
  const back =
    recoveryMs === null || recoveryMs === 0
      ? ""
      : ` Goodput was back ${formatMs(recoveryMs)} after the fault ended.`;
  const fault = `${faultClause(first, result)}${more}`;
  const answered = answeredClause(result);
  if (result.summary.successRate === 1) return `Though ${fault}, ${answered}.${back}`;
  return `A fault struck: ${fault}. ${capitalised(answered)}.${back}`;
}

function healthy(result: RunResult): string {
  const { p99Ms } = result.summary;
  const within = p99Ms === null ? "" : `, 99 % of those within ${formatMs(p99Ms)}`;
  return `${capitalised(answeredClause(result))}${within}.`;
}
