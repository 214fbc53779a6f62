import { attemptsPerCall } from "../amplification.ts";
import { recoveryOf } from "../recovery.ts";
import type { EdgeResult, RunResult, ServiceResult } from "../result.ts";
import { formatCount, formatFactor, formatMs, formatRate, formatShare } from "../text.ts";
import { breakerSentences } from "./breakers.ts";
import { firstTime, MULTIPLIED, multiplied, saturationsOf } from "./facts.ts";
import { allOf, answeredClause, capitalised, counted, faultClause, joined } from "./phrases.ts";
import { sustainingEffects } from "./sustain.ts";

export interface Sentence {
  /** What it says began at this time; null: it is about the whole run. */
  readonly atMs: number | null;
  readonly text: string;
}

/** Everything worth saying about the run, in order of time; what is about the whole of it comes last. */
export function sentencesOf(result: RunResult): Sentence[] {
  const all = [
    ...result.faults.map((fault) => faultSentence(result, fault)),
    ...saturationSentences(result),
    ...result.services.flatMap((service) => queueSentences(result, service)),
    ...result.services.flatMap((service) => lossSentences(result, service)),
    ...result.edges.flatMap((edge) => timeoutSentences(result, edge)),
    ...result.edges.flatMap((edge) => failureSentences(result, edge)),
    ...result.edges.flatMap((edge) => breakerSentences(result, edge)),
    ...retrySentences(result),
    ...recoverySentences(result),
    ...tailSentences(result),
    ...wholeSentences(result),
  ];
  const time = ({ atMs }: Sentence) => atMs ?? Number.MAX_VALUE;
  return all.toSorted((a, b) => time(a) - time(b));
}

function faultSentence(result: RunResult, fault: RunResult["faults"][number]): Sentence {
  const struck = fault.struck === 0 ? "" : ` (${formatCount(fault.struck)} struck)`;
  return { atMs: fault.startMs, text: `Fault: ${faultClause(fault, result)}${struck}.` };
}

function saturationSentences(result: RunResult): Sentence[] {
  return saturationsOf(result).map(({ service, workers, fromMs, forMs, waitsOn }) => {
    const were = workers === 1 ? "was" : "were";
    const why = waitsOn === null ? "" : `, waiting on ${waitsOn.to},`;
    const all = allOf(workers, "worker", service.name);
    return { atMs: fromMs, text: `${all} ${were} busy${why} for ${formatMs(forMs)} in all.` };
  });
}

function queueSentences(result: RunResult, service: ServiceResult): Sentence[] {
  const { name, workers, instances, maxQueue, rejected, series } = service;
  const many = workers === null ? 1 : workers * instances;
  const atMs = firstTime(result, series.queue, (queue) => queue >= many);
  const sentences: Sentence[] = [];
  if (atMs !== null) {
    const text = `Requests began to queue at ${name}; at most ${formatCount(maxQueue)} waited.`;
    sentences.push({ atMs, text });
  }
  if (rejected > 0) {
    const full = result.events.find((e) => e.type === "queueFull" && e.subject === name);
    const text = `${counted(rejected, "request")} ${wasWere(rejected)} turned away at ${name}: its queue was full.`;
    sentences.push({ atMs: full?.atMs ?? firstTime(result, series.rejected), text });
  }
  return sentences;
}

function lossSentences(result: RunResult, { name, lost, dropped }: ServiceResult): Sentence[] {
  const sentences: Sentence[] = [];
  if (lost > 0) {
    const crash = result.events.find(
      ({ type, subject }) => type === "instanceCrashed" && subject === name,
    );
    const text = `${counted(lost, "request")} in ${name} ${wasWere(lost)} lost in a crash.`;
    sentences.push({ atMs: crash?.atMs ?? null, text });
  }
  if (dropped > 0) {
    const text = `${counted(dropped, "request")} ${wasWere(dropped)} dropped at ${name}: the caller had left.`;
    sentences.push({ atMs: null, text });
  }
  return sentences;
}

function timeoutSentences(result: RunResult, edge: EdgeResult): Sentence[] {
  const { timedOut } = edge.attemptOutcomes;
  if (timedOut === 0) return [];
  const late = edge.lateAnswers;
  const answers = late === 0 ? "" : `; ${counted(late, "answer")} came too late`;
  const text = `${formatCount(timedOut)} of ${counted(edge.attempts, "attempt")} from ${edge.from} to ${edge.to} timed out${answers}.`;
  return [{ atMs: firstEnd(result, edge, "timedOut"), text }];
}

function failureSentences(result: RunResult, edge: EdgeResult): Sentence[] {
  const { failed } = edge.attemptOutcomes;
  if (failed === 0) return [];
  const { refused, lost } = edge.delivery;
  const parts = [
    ...(refused === 0 ? [] : [`${formatCount(refused)} refused`]),
    ...(lost === 0 ? [] : [`${formatCount(lost)} lost on the way`]),
  ];
  const of = parts.length === 0 ? "" : ` (${joined(parts)})`;
  const text = `${formatCount(failed)} of ${counted(edge.attempts, "attempt")} from ${edge.from} to ${edge.to} failed${of}.`;
  return [{ atMs: firstEnd(result, edge, "failed"), text }];
}

/** When the first call ended so; a fallback hides how the call under it ended, so it counts as well. */
function firstEnd(result: RunResult, { series }: EdgeResult, outcome: "timedOut" | "failed") {
  return firstTime(result, series[outcome], (n, i) => n + (series.fallback[i] ?? 0) > 0);
}

function retrySentences(result: RunResult): Sentence[] {
  const edges = multiplied(result.edges);
  const sentences = edges.map((edge) => {
    const { attempts, calls } = edge.series;
    const more = (n: number, i: number) => n > 0 && n >= (calls[i] ?? 0) * MULTIPLIED;
    const factor = formatFactor(attemptsPerCall(edge));
    const text = `Retries made ${counted(edge.attempts, "attempt")} of ${counted(edge.calls, "call")} from ${edge.from} to ${edge.to}: ${factor}.`;
    return { atMs: firstTime(result, attempts, more), text };
  });
  if (edges.length < 2) return sentences;
  const product = formatFactor(result.summary.amplification);
  const text = `Layer upon layer, retries multiply: ${product} from a customer's call to the far end.`;
  return [...sentences, { atMs: null, text }];
}

function recoverySentences(result: RunResult): Sentence[] {
  const recovery = recoveryOf(result);
  if (recovery === null) return [];
  const { before, after, faultsEndedMs: atMs, recoveryMs } = recovery;
  if (recoveryMs !== null) {
    const when =
      recoveryMs === 0 ? "at once" : `${formatMs(recoveryMs)} after the last fault ended`;
    return [{ atMs: atMs + recoveryMs, text: `Goodput was back at its level of before ${when}.` }];
  }
  const effects = sustainingEffects(result, recovery);
  const why = effects.length === 0 ? "" : `: ${joined(effects)}`;
  const text = `The last fault ended, but goodput did not come back: ${formatRate(after)} against ${formatRate(before)} before${why}.`;
  return [{ atMs, text }];
}

function tailSentences({ summary, durationMs, bucketMs }: RunResult): Sentence[] {
  const { tailMs, tailService } = summary;
  if (tailMs < Math.max(bucketMs, 1000)) return [];
  const text = `Work went on for ${formatMs(tailMs)} after the load had ended, longest at ${tailService}.`;
  return [{ atMs: durationMs, text }];
}

function wholeSentences(result: RunResult): Sentence[] {
  const { summary, endToEnd, services, drained } = result;
  const texts: string[] = [];
  if (summary.wastedWork >= 0.01) {
    const most = services.toSorted((a, b) => b.wastedMs - a.wastedMs)[0];
    const whose = most === undefined ? "" : `, most of it at ${most.name}`;
    const share = formatShare(summary.wastedWork);
    texts.push(`${share} of the busy time went into requests whose caller had left${whose}.`);
  }
  if (summary.offered > 0) texts.push(`${capitalised(answeredClause(result))}.`);
  if (endToEnd.inFlight > 0) {
    texts.push(`When the run ended, ${counted(endToEnd.inFlight, "call")} had no answer yet.`);
  } else if (!drained) {
    texts.push("When the run ended, there was still work under way.");
  }
  return texts.map((text) => ({ atMs: null, text }));
}

function wasWere(count: number): string {
  return count === 1 ? "was" : "were";
}
