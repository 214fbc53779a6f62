import {
  answersOf,
  formatFactor,
  formatMs,
  formatRate,
  formatShare,
  type RunResult,
} from "@breakwater/metrics";
import { actualInWords, msOrNone, OUTCOME_WORDS } from "./words.ts";

/**
 * The report of one run for scripts: a name, a tab and a value on each line, always the same names in the same
 * order. Names with a subject have it in a second field.
 */
export function plainRunReport(result: RunResult, headline: string): string {
  const { summary, endToEnd } = result;
  const rows: (readonly (string | number)[])[] = [
    ["scenario", result.name],
    ["seed", result.seed],
    ["verdict", result.verdict],
    ...result.objectives.map((objective) => [
      "objective",
      objective.met ? "met" : "missed",
      objective.text,
      actualInWords(objective),
    ]),
    ["what happened", headline],
    ["offered", summary.offered],
    ...OUTCOME_WORDS.map(([name, words]) => [words, endToEnd.outcomes[name]]),
    ["in flight", endToEnd.inFlight],
    ["served while the load played", summary.servedInDuration],
    ["success rate", formatShare(summary.successRate)],
    ["goodput", formatRate(summary.goodput)],
    ["p50 of answered calls", msOrNone(summary.p50Ms)],
    ["p95 of answered calls", msOrNone(summary.p95Ms)],
    ["p99 of answered calls", msOrNone(summary.p99Ms)],
    ["amplification", formatFactor(summary.amplification)],
    ["wasted work", formatShare(summary.wastedWork)],
    ["tail", formatMs(summary.tailMs)],
    ["recovery", msOrNone(summary.recoveryMs)],
    ...result.edges.map((edge) => ["edge", edge.name, edge.calls, edge.attempts]),
    ...circuitRows(result),
    ...result.services.map((service) => [
      "service",
      service.name,
      service.arrived,
      service.maxQueue,
    ]),
    ...answerRows(result),
    ["conserved", result.conservation.every((check) => check.balanced) ? "yes" : "no"],
  ];
  return tabbed(rows);
}

function tabbed(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.join("\t")}\n`).join("");
}

function answerRows(result: RunResult): (readonly (string | number)[])[] {
  const { metastable, collapsed, detections, wastedBy, little } = answersOf(result);
  return [
    ["metastable", metastable ? "yes" : "no"],
    ["collapsed", collapsed ? "yes" : "no"],
    ...detections.map(({ fault, detectMs }) => ["detected", fault, msOrNone(detectMs)]),
    ...wastedBy.map(({ service, edge, cause, requests, share }) => [
      "wasted",
      service,
      edge,
      cause,
      requests,
      formatShare(share),
    ]),
    ...little.map(({ service, present, predicted, holds }) => [
      "Little's law",
      service,
      present.toPrecision(4),
      predicted.toPrecision(4),
      holds ? "holds" : "fails",
    ]),
  ];
}

function circuitRows({ edges }: RunResult): (readonly (string | number)[])[] {
  return edges.flatMap(({ name, circuit }) =>
    circuit ? [["circuit", name, circuit.opened, formatMs(circuit.openMs)]] : [],
  );
}
