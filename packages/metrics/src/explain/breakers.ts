import type { CircuitResult, EdgeResult, RunResult } from "../result.ts";
import { formatCount, formatMs } from "../text.ts";
import { allOpenMs, firstTime, keptBack } from "./facts.ts";
import { breakersOf, counted } from "./phrases.ts";
import type { Sentence } from "./sentences.ts";

/** The first to open and why, all open, what that kept back, and whether they closed again. */
export function breakerSentences(result: RunResult, edge: EdgeResult): Sentence[] {
  const { circuit } = edge;
  if (circuit === undefined || circuit.opened === 0) return [];
  return [
    firstOpened(result, edge, circuit),
    ...allOpened(result, edge, circuit),
    ...closedAgain(result, edge, circuit),
    { atMs: null, text: totalText(edge, circuit) },
  ];
}

function firstOpened(result: RunResult, edge: EdgeResult, { breakers, series }: CircuitResult) {
  const event = result.events.find(
    ({ type, subject }) => type === "circuitOpened" && subject === edge.name,
  );
  const who =
    breakers === 1
      ? breakersOf(edge)
      : `The first of ${formatCount(breakers)} circuit breakers of ${edge.name}`;
  const why = event === undefined || event.reason === "" ? "" : `: ${event.reason}`;
  const atMs = event?.atMs ?? firstTime(result, series.open);
  return { atMs, text: `${who} opened${why}.` };
}

function allOpened(result: RunResult, edge: EdgeResult, circuit: CircuitResult): Sentence[] {
  if (circuit.breakers === 1 || circuit.attemptsUntilAllOpen < 0) return [];
  const after = counted(circuit.attemptsUntilAllOpen, "attempt");
  return [{ atMs: allOpenMs(result, edge), text: `${breakersOf(edge)} were open after ${after}.` }];
}

function closedAgain(
  result: RunResult,
  edge: EdgeResult,
  { breakers, series }: CircuitResult,
): Sentence[] {
  const away = (series.open.at(-1) ?? 0) + (series.halfOpen.at(-1) ?? 0);
  if (away > 0) {
    const text =
      breakers === 1
        ? `${breakersOf(edge)} was not closed when the run ended.`
        : `${formatCount(away)} of ${formatCount(breakers)} circuit breakers of ${edge.name} were not closed when the run ended.`;
    return [{ atMs: null, text }];
  }
  const last = result.events.findLast(
    ({ type, subject }) => type === "circuitClosed" && subject === edge.name,
  );
  if (last === undefined) return [];
  const were = breakers === 1 ? "was" : "were";
  return [{ atMs: last.atMs, text: `${breakersOf(edge)} ${were} closed again.` }];
}

function totalText(edge: EdgeResult, { breakers, opened, openMs }: CircuitResult): string {
  const times = opened === 1 ? "once" : `${formatCount(opened)} times`;
  const sum = breakers === 1 ? "" : " (all breakers added up)";
  const kept = keptBack(edge);
  const saved = kept === 0 ? "" : ` and kept ${counted(kept, "call")} from going out`;
  return `Circuit breaking on ${edge.name}: opened ${times}, away from closed for ${formatMs(openMs)}${sum}${saved}.`;
}
