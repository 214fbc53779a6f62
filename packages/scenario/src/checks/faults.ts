import { formatDuration, type Problem } from "@breakwater/policy";
import type { CheckedFault } from "../checked/fault.ts";
import type { CheckedScenario } from "../checked.ts";
import { chaosProblems, repeatProblems } from "./fault-times.ts";
import { allCalls, allFaults } from "./steps.ts";
import { unknownName } from "./wording.ts";

/** Service or load -> the services that it calls. */
function calledBy(scenario: CheckedScenario): Map<string, Set<string>> {
  const called = new Map<string, Set<string>>();
  const add = (from: string, to: string): void => {
    called.set(from, (called.get(from) ?? new Set()).add(to));
  };
  for (const { service, step } of allCalls(scenario)) add(service, step.call);
  for (const [name, { to }] of Object.entries(scenario.load)) add(name, to);
  return called;
}

function* targetProblems(
  scenario: CheckedScenario,
  fault: CheckedFault,
  path: string,
): Generator<Problem> {
  const { service: name, endpoint, instance } = fault;
  const service = Object.hasOwn(scenario.services, name) ? scenario.services[name] : undefined;
  if (service === undefined) {
    yield unknownName("service", name, `${path}.service`, Object.keys(scenario.services));
    return;
  }
  if (endpoint !== undefined && !Object.hasOwn(service.endpoints, endpoint)) {
    const names = Object.keys(service.endpoints);
    yield unknownName(`endpoint of ${name}`, endpoint, `${path}.endpoint`, names);
  }
  if (instance !== undefined && instance >= service.instances) {
    yield {
      path: `${path}.instance`,
      value: instance,
      message: `${name} has no instance ${instance}`,
      allowed: service.instances === 1 ? "0" : `0 to ${service.instances - 1}`,
      fix: "choose an instance that exists, or add instances to the service",
    };
  }
}

function* originProblems(
  scenario: CheckedScenario,
  { from, service }: CheckedFault,
  path: string,
  called: ReadonlyMap<string, ReadonlySet<string>>,
): Generator<Problem> {
  if (from === undefined) return;
  const names = [...Object.keys(scenario.services), ...Object.keys(scenario.load)];
  if (!names.includes(from)) {
    yield unknownName("service or load", from, `${path}.from`, names);
  } else if (Object.hasOwn(scenario.services, service) && !called.get(from)?.has(service)) {
    const callers = names.filter((name) => called.get(name)?.has(service));
    yield {
      path: `${path}.from`,
      value: from,
      message: `${from} does not call ${service}, so the fault would strike nothing`,
      allowed: callers.length === 0 ? "no caller exists" : callers.join(", "),
      fix: "name one of the callers, or remove from",
    };
  }
}

/** What narrows a fault down to some requests; these kinds strike whole instances. */
const STRIKES_INSTANCES: readonly CheckedFault["kind"][] = ["crash", "pause", "capacity"];

function* narrowingProblems(fault: CheckedFault, path: string): Generator<Problem> {
  if (!STRIKES_INSTANCES.includes(fault.kind)) return;
  const message = `a ${fault.kind} fault strikes whole instances, not some of their requests`;
  const { endpoint, from, share } = fault;
  for (const [key, value] of Object.entries({ endpoint, from })) {
    if (value === undefined) continue;
    const fix = `remove ${key}; instance narrows this fault down`;
    yield { path: `${path}.${key}`, value, message, allowed: `no ${key} here`, fix };
  }
  if (share >= 1) return;
  const fix =
    fault.kind === "capacity"
      ? "remove share; lose says how many of the workers are gone"
      : "remove share, and choose an instance to strike only a part of the service";
  yield { path: `${path}.share`, value: share, message, allowed: "1, or no share", fix };
}

function* effectProblems(fault: CheckedFault, path: string): Generator<Problem> {
  if (fault.kind === "latency" && fault.add === undefined && fault.multiply === undefined) {
    yield {
      path,
      value: undefined,
      message: "a latency fault changes nothing without add or multiply",
      allowed: "add, multiply, or both",
      fix: "say how much slower, such as add: 1s",
    };
  }
}

/** Faults that strike nothing: wrong target, wrong time, no effect. */
export function* faultProblems(scenario: CheckedScenario): Generator<Problem> {
  const called = calledBy(scenario);
  for (const { fault, path } of allFaults(scenario)) {
    yield* targetProblems(scenario, fault, path);
    yield* originProblems(scenario, fault, path, called);
    yield* narrowingProblems(fault, path);
    yield* effectProblems(fault, path);
    yield* repeatProblems(fault, path);
    if (fault.at >= scenario.duration) {
      const end = formatDuration(scenario.duration);
      yield {
        path: `${path}.at`,
        value: formatDuration(fault.at),
        message: `${formatDuration(fault.at)} is not before the end of the run (${end})`,
        allowed: `a time before ${end}`,
        fix: "let the fault begin earlier, or the run last longer",
      };
    }
  }
  yield* chaosProblems(scenario);
}
