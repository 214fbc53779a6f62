import type { ResolvedCall, ResolvedStep } from "../resolved/step.ts";
import type { ResolvedScenario } from "../resolved.ts";

/** All calls that have their ends, their network and their policy in common: they share its breakers. */
export interface PlannedEdge {
  readonly key: string;
  /** "homepage -> recommendations"; with the endpoint where the callee has several, with a number where it repeats. */
  readonly name: string;
  readonly kind: "load" | "call";
  /** A load or a service. */
  readonly from: string;
  readonly call: ResolvedCall;
}

/** Calls with the same key go over the same edge. */
export function edgeKey(kind: PlannedEdge["kind"], from: string, call: ResolvedCall): string {
  const { service, endpoint, policy, latency, unsteady } = call;
  const network = unsteady === undefined ? [latency] : [latency, unsteady];
  return JSON.stringify([kind, from, service, endpoint, policy, ...network]);
}

/** Every edge of a scenario: loads first, then calls between services, each in the order of the scenario. */
export function planEdges({ load, services }: ResolvedScenario): readonly PlannedEdge[] {
  const endpoints = new Map(services.map((service) => [service.name, service.endpoints.length]));
  const planned = new Map<string, PlannedEdge>();
  const names = new Map<string, number>();
  const add = (kind: PlannedEdge["kind"], from: string, call: ResolvedCall): void => {
    const key = edgeKey(kind, from, call);
    if (planned.has(key)) return;
    const which = (endpoints.get(call.service) ?? 1) > 1 ? `/${call.endpoint}` : "";
    const name = `${from} -> ${call.service}${which}`;
    const count = (names.get(name) ?? 0) + 1;
    names.set(name, count);
    planned.set(key, { key, name: count === 1 ? name : `${name} (${count})`, kind, from, call });
  };
  for (const { name, call } of load) add("load", name, call);
  for (const { name, endpoints: own } of services) {
    for (const { steps } of own) for (const call of callsOf(steps)) add("call", name, call);
  }
  return [...planned.values()];
}

function* callsOf(steps: readonly ResolvedStep[]): Generator<ResolvedCall> {
  for (const step of steps) {
    if ("call" in step) yield step.call;
    else if ("steps" in step) yield* callsOf(step.steps);
    else if (step.kind === "choose") {
      for (const option of step.options) yield* callsOf(option.steps);
    }
  }
}
