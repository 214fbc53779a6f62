import type { Distribution, ResolvedStep } from "@breakwater/scenario";
import { planEdges } from "@breakwater/scenario/plan";
import { type LiveOptions, runLiveRecorded } from "../run/run-live.ts";
import { FEWEST_SAMPLES, fitTimes } from "./fit.ts";
import { ownTimes } from "./own-times.ts";

/** Where a scenario's service time stands, and what was measured there. */
export interface FittedTime {
  readonly service: string;
  readonly endpoint: string;
  /** The keys that lead to the work in the document: services, NAME, endpoints, NAME, steps, 2, work. */
  readonly path: readonly (string | number)[];
  readonly work: Distribution;
  readonly samples: number;
  readonly meanMs: number;
}

export interface Calibration {
  readonly fitted: readonly FittedTime[];
  /** What could not be fitted, and why. */
  readonly left: readonly string[];
}

/** A scenario as a quiet run needs it: the same system, no faults, one customer at a time. */
export function quietScenario(document: Readonly<Record<string, unknown>>, durationMs: number) {
  const { load, ...rest } = document as {
    load: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  const quiet = Object.entries(load).map(([name, { to, endpoint, network }], index) => [
    name,
    {
      kind: "closed",
      to,
      users: 1,
      // Loads must not meet: one customer of all of them is under way at a time, as far as chance allows.
      think: { kind: "exponential", mean: 5 + 20 * index },
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(network === undefined ? {} : { network }),
    },
  ]);
  return {
    ...rest,
    load: Object.fromEntries(quiet),
    faults: [],
    objectives: [],
    duration: durationMs,
    drain: "10s",
  };
}

/** Measures the service times of a scenario in a quiet live run. @param options of that run, made with quietScenario */
export async function calibrate(options: LiveOptions): Promise<Calibration> {
  const { events } = await runLiveRecorded(options);
  const { scenario } = options;
  const edges = planEdges(scenario);
  const fitted: FittedTime[] = [];
  const left: string[] = [];
  for (const { name: service, endpoints } of scenario.services) {
    const outgoing = edges.filter(({ kind, from }) => kind === "call" && from === service);
    for (const { name: endpoint, steps } of endpoints) {
      const where = `${service}/${endpoint}`;
      const work = workOf(steps);
      const incoming = edges.filter(
        ({ call }) => call.service === service && call.endpoint === endpoint,
      );
      const samples = incoming.flatMap(({ name }) =>
        ownTimes(
          events.get(name) ?? [],
          outgoing.map((edge) => events.get(edge.name) ?? []),
        ),
      );
      if (work === undefined)
        left.push(`${where}: only one piece of work in its steps can be fitted`);
      else if (samples.length < FEWEST_SAMPLES) {
        left.push(`${where}: ${samples.length} requests are too few; ${FEWEST_SAMPLES} are needed`);
      } else {
        const path = ["services", service, "endpoints", endpoint, "steps", work, "work"];
        const meanMs = samples.reduce((sum, ms) => sum + ms, 0) / samples.length;
        fitted.push({
          service,
          endpoint,
          path,
          work: fitTimes(samples),
          samples: samples.length,
          meanMs,
        });
      }
    }
  }
  return { fitted, left };
}

/** The place of the only work among the steps; undefined where there is none, more than one, or one further inside. */
function workOf(steps: readonly ResolvedStep[]): number | undefined {
  const places = steps.flatMap(({ kind }, index) => (kind === "work" ? [index] : []));
  const deeper = steps.some((step) => "steps" in step && holdsWork(step.steps));
  return places.length === 1 && !deeper ? places[0] : undefined;
}

function holdsWork(steps: readonly ResolvedStep[]): boolean {
  return steps.some((step) => step.kind === "work" || ("steps" in step && holdsWork(step.steps)));
}
