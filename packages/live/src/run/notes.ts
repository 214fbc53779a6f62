import type { ResolvedScenario, ResolvedService } from "@breakwater/scenario";
import { planEdges } from "@breakwater/scenario/plan";
import type { PlannedFault } from "./plan.ts";

/** What a live run of this scenario does otherwise than the simulator, in words. */
export function notesOf(
  scenario: ResolvedScenario,
  faults: readonly PlannedFault[],
): readonly string[] {
  return [
    ...faults.flatMap(({ fault, means }) =>
      means.differs === "" ? [] : [`fault ${fault.name}: ${means.about}; ${means.differs}`],
    ),
    ...semanticsNotes(scenario),
    ...stepsNotes(scenario),
    ...loadNotes(scenario),
    ...networkNotes(scenario),
    ...scenario.services.flatMap(balancingNotes),
    ...scenario.services.flatMap(serviceNotes),
  ];
}

function networkNotes(scenario: ResolvedScenario): string[] {
  return planEdges(scenario).flatMap(({ name, call }) =>
    call.unsteady === undefined ? [] : [`${name}: jitter and loss of the network are not played`],
  );
}

function loadNotes({ load }: ResolvedScenario): string[] {
  return load.flatMap(({ name, priority, patience, comeBack }) => [
    ...(patience === undefined ? [] : [`customers of ${name} wait: patience is not played`]),
    ...(comeBack === undefined ? [] : [`customers of ${name} do not come back by hand`]),
    ...(priority === 0 ? [] : [`the priority of ${name} does not reach the services`]),
  ]);
}

function stepsNotes({ services }: ResolvedScenario): string[] {
  const lists = services.flatMap(({ endpoints }) => endpoints.map(({ steps }) => steps));
  if (!JSON.stringify(lists).includes('"rest":"cancel"')) return [];
  return [
    "what a quorum does not need runs on until the request is answered: rest cancel is not played",
  ];
}

function semanticsNotes({ semantics, services }: ResolvedScenario): string[] {
  const notes: string[] = [];
  const several = services.some(({ instances }) => instances > 1);
  if (semantics.backoffFrom === "attemptStart") {
    notes.push("backoff runs from the failure: backoffFrom attemptStart is for the simulator only");
  }
  if (semantics.breakerScope === "edge" && several) {
    notes.push("processes share no breakers: each instance has its own in place of one per edge");
  }
  return notes;
}

function balancingNotes({ name, balancer, health }: ResolvedService): string[] {
  if (balancer === undefined) return [];
  const what = health === undefined ? "its balancer is" : "its balancer and health checks are";
  return [`calls to ${name} go to its instances in turn: ${what} for the simulator only`];
}

function serviceNotes(service: ResolvedService): string[] {
  const { name, live, workers, instances, queueCapacity } = service;
  if (live === undefined) return [];
  const notes: string[] = [];
  if (workers < Infinity || queueCapacity < Infinity) {
    notes.push(`${name} is the real service: its workers and its queue are its own`);
  }
  if (instances > 1) {
    const which = live.address === undefined ? "started so often" : "asked at one address";
    notes.push(`${name} is ${which}; real services that call it are told only its first instance`);
  }
  return notes;
}

/** Real services that were to call others and wrote nothing down. */
export function silentNotes(
  scenario: ResolvedScenario,
  events: ReadonlyMap<string, readonly unknown[]>,
): string[] {
  return planEdges(scenario).flatMap(({ kind, name, from }) => {
    const caller = scenario.services.find((service) => service.name === from);
    if (kind === "load" || caller?.live === undefined || events.get(name)?.length !== 0) return [];
    return [`${name}: ${from} recorded no calls; its numbers on this edge are not known`];
  });
}

export function notSentNotes(notSent: number): string[] {
  return notSent === 0
    ? []
    : [`${notSent} calls were not sent, for too many were in flight; they count as rejected`];
}
