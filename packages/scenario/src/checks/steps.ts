import type { CheckedDistribution } from "../checked/distribution.ts";
import type { CheckedFault } from "../checked/fault.ts";
import type { CheckedCall, CheckedCallStep, CheckedStep } from "../checked/step.ts";
import type { CheckedScenario } from "../checked.ts";

/** A step, where it stands in the document, and which endpoint it belongs to. */
export interface PlacedStep {
  readonly step: CheckedStep;
  readonly path: string;
  readonly depth: number;
  readonly service: string;
  readonly endpoint: string;
}

function* within(place: PlacedStep): Generator<PlacedStep> {
  yield place;
  const { path, depth } = place;
  for (const [key, inner] of innerSteps(place.step)) {
    for (const [index, step] of inner.entries()) {
      yield* within({ ...place, step, path: `${path}.${key}[${index}]`, depth: depth + 1 });
    }
  }
}

/** The lists of steps within a step, each with its path from there. */
function innerSteps(step: CheckedStep): readonly [key: string, readonly CheckedStep[]][] {
  if ("parallel" in step) return [["parallel", step.parallel]];
  if ("sequence" in step) return [["sequence", step.sequence]];
  if ("quorum" in step) return [["quorum", step.quorum]];
  if ("choose" in step) {
    return step.choose.map(({ steps }, index) => [`choose[${index}].steps`, steps]);
  }
  return [];
}

/** Every step of every endpoint, in the order of the document. */
export function* allSteps(scenario: CheckedScenario): Generator<PlacedStep> {
  for (const [service, { endpoints }] of Object.entries(scenario.services)) {
    for (const [endpoint, { steps }] of Object.entries(endpoints)) {
      const path = `services.${service}.endpoints.${endpoint}.steps`;
      for (const [index, step] of steps.entries()) {
        yield* within({ step, path: `${path}[${index}]`, depth: 1, service, endpoint });
      }
    }
  }
}

/** A call that a service makes. */
export interface PlacedCall extends PlacedStep {
  readonly step: CheckedStep & CheckedCallStep;
}

export function* allCalls(scenario: CheckedScenario): Generator<PlacedCall> {
  for (const place of allSteps(scenario)) {
    if ("call" in place.step) yield { ...place, step: place.step };
  }
}

function* networkDistributions(
  { network }: CheckedCall,
  path: string,
): Generator<readonly [path: string, CheckedDistribution]> {
  const { latency, jitter } = network ?? {};
  if (latency !== undefined) yield [`${path}.network.latency`, latency];
  if (jitter !== undefined) yield [`${path}.network.jitter`, jitter];
}

/** Every distribution of the document with its path. */
export function* allDistributions(
  scenario: CheckedScenario,
): Generator<readonly [path: string, CheckedDistribution]> {
  for (const { step, path } of allSteps(scenario)) {
    if ("work" in step) yield [`${path}.work`, step.work];
    if ("call" in step) yield* networkDistributions(step, path);
  }
  for (const [name, load] of Object.entries(scenario.load)) {
    yield* networkDistributions(load, `load.${name}`);
    if ("think" in load && load.think !== undefined) yield [`load.${name}.think`, load.think];
    if (load.patience !== undefined) yield [`load.${name}.patience`, load.patience];
    if (load.comeBack !== undefined) yield [`load.${name}.comeBack.after`, load.comeBack.after];
  }
  for (const { fault, path } of allFaults(scenario)) {
    if (fault.add !== undefined) yield [`${path}.add`, fault.add];
    const { gap, length } = fault.repeat ?? {};
    if (gap !== undefined) yield [`${path}.repeat.gap`, gap];
    if (length !== undefined) yield [`${path}.repeat.length`, length];
  }
  for (const [index, { gap, length }] of scenario.chaos.entries()) {
    yield [`chaos[${index}].gap`, gap];
    yield [`chaos[${index}].length`, length];
  }
}

/** Every fault of the document with its path: those that are written out, and those that are drawn from. */
export function* allFaults(
  scenario: CheckedScenario,
): Generator<{ readonly fault: CheckedFault; readonly path: string }> {
  for (const [index, fault] of scenario.faults.entries()) {
    yield { fault, path: `faults[${index}]` };
  }
  for (const [index, { of }] of scenario.chaos.entries()) {
    for (const [place, fault] of of.entries()) {
      yield { fault, path: `chaos[${index}].of[${place}]` };
    }
  }
}

/** The endpoint that a call means; undefined when the name is wrong, or needed and missing. */
export function endpointOf(
  scenario: CheckedScenario,
  service: string,
  endpoint: string | undefined,
): string | undefined {
  const names = Object.keys(scenario.services[service]?.endpoints ?? {});
  if (endpoint === undefined) return names.length === 1 ? names[0] : undefined;
  return names.includes(endpoint) ? endpoint : undefined;
}
