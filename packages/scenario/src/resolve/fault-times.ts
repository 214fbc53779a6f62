/** When faults strike that strike more than once: at fixed times, or at times drawn from a seed. */
import type { CheckedChaos, CheckedFault, CheckedRepeat } from "../checked/fault.ts";
import type { CheckedScenario } from "../checked.ts";
import { makeSampler } from "../draws/distributions.ts";
import { derive, type Key, nameWord, seedKey, uniform } from "../draws/random.ts";
import { resolveDistribution } from "./distribution.ts";

/** More than this many strikes are none that anybody can read about, nor that a run should look at. */
export const MOST_STRIKES = 10_000;

export interface PlannedFault {
  readonly fault: CheckedFault;
  readonly name: string;
  readonly atMs: number;
  readonly endMs: number;
  readonly instance: number | undefined;
}

interface Span {
  readonly atMs: number;
  readonly endMs: number;
}

const endOf = (atMs: number, forMs: number | undefined): number =>
  forMs === undefined ? Infinity : atMs + forMs;

/** Every time that a fault strikes. */
export function occurrences(
  scenario: CheckedScenario,
  fault: CheckedFault,
  name: string,
): readonly PlannedFault[] {
  const { repeat, instance, at } = fault;
  if (repeat === undefined) {
    return [{ fault, name, atMs: at, endMs: endOf(at, fault.for), instance }];
  }
  const all = scenario.services[fault.service]?.instances ?? 1;
  const apart = repeat.perInstance && instance === undefined && all > 1;
  const which = apart ? Array.from({ length: all }, (_, index) => index) : [instance];
  return which.flatMap((one) => {
    const own = apart ? `${name}, instance ${one}` : name;
    const key = derive(seedKey(scenario.seed), nameWord(`times of ${own}`));
    const spans = repeated(fault, repeat, key, scenario.duration);
    return spans.map((span, index) => ({
      fault,
      name: index === 0 ? own : `${own}, time ${index + 1}`,
      ...span,
      instance: one,
    }));
  });
}

function repeated(
  fault: CheckedFault,
  { every, gap, length, times = Infinity }: CheckedRepeat,
  key: Key,
  durationMs: number,
): readonly Span[] {
  const most = Math.min(times, MOST_STRIKES + 1);
  const forMs = fault.for ?? 0;
  if (every === undefined) {
    return spansByChance(
      { at: fault.at, gap: gap ?? 0, length: length ?? forMs },
      key,
      durationMs,
      most,
    );
  }
  const spans: Span[] = [];
  for (let atMs = fault.at; atMs < durationMs && spans.length < most; atMs += every) {
    spans.push({ atMs, endMs: endOf(atMs, fault.for) });
  }
  return spans;
}

function spansByChance(
  { at, gap, length }: Pick<CheckedChaos, "at" | "gap" | "length">,
  key: Key,
  untilMs: number,
  most: number,
): readonly Span[] {
  const sampleGap = makeSampler(resolveDistribution(gap));
  const sampleLength = makeSampler(resolveDistribution(length));
  const spans: Span[] = [];
  for (let endMs = at; spans.length < most; ) {
    const { hi, lo } = derive(key, spans.length);
    const atMs = endMs + sampleGap(hi, lo, 1);
    if (atMs >= untilMs) break;
    endMs = atMs + sampleLength(hi, lo, 2);
    spans.push({ atMs, endMs });
  }
  return spans;
}

/** Faults by chance, one of the list each time. */
export function drawn(
  scenario: CheckedScenario,
  chaos: CheckedChaos,
  place: number,
): readonly PlannedFault[] {
  const { of, at, seed = scenario.seed } = chaos;
  const key = derive(seedKey(seed), nameWord(`chaos ${place}`));
  const untilMs = Math.min(scenario.duration, endOf(at, chaos.for));
  return spansByChance(chaos, key, untilMs, MOST_STRIKES + 1).map((span, index) => {
    const { hi, lo } = derive(key, index);
    const fault = of[Math.floor(uniform(hi, lo, 0) * of.length)] as CheckedFault;
    const what = fault.name ?? `${fault.kind} on ${fault.service}`;
    const name = `chaos ${place + 1}.${index + 1}: ${what}`;
    return { fault, name, ...span, instance: fault.instance };
  });
}
