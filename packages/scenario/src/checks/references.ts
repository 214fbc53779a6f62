import { checkPolicy, type PolicyOptions, type Problem } from "@breakwater/policy";
import type { CheckedCall } from "../checked/step.ts";
import type { CheckedScenario } from "../checked.ts";
import type { PolicyData } from "../types/policy.ts";
import { allCalls } from "./steps.ts";
import { nameList, unknownName } from "./wording.ts";

/** Contradictions inside one policy. */
function policyProblems(policy: PolicyData, path: string): readonly Problem[] {
  // PolicyOptions ties retry to idempotent in its type; that tie is one of the things checked here.
  return checkPolicy(policy as PolicyOptions, path);
}

interface Target {
  readonly service: string;
  /** The key under which the service's name stands: "call" or "to". */
  readonly key: string;
  readonly path: string;
}

function* endpointProblems(
  scenario: CheckedScenario,
  { service, path }: Target,
  endpoint: string | undefined,
): Generator<Problem> {
  const names = Object.keys(scenario.services[service]?.endpoints ?? {});
  const at = `${path}.endpoint`;
  if (endpoint !== undefined && !names.includes(endpoint)) {
    yield unknownName(`endpoint of ${service}`, endpoint, at, names);
  } else if (endpoint === undefined && names.length > 1) {
    yield {
      path: at,
      value: undefined,
      message: `is missing, and ${service} has ${names.length} endpoints`,
      allowed: nameList(names),
      fix: `add endpoint: ${names[0]}, or the one that is meant`,
    };
  }
}

function* callProblems(
  scenario: CheckedScenario,
  target: Target,
  call: CheckedCall,
): Generator<Problem> {
  const { service, key, path } = target;
  if (Object.hasOwn(scenario.services, service)) {
    yield* endpointProblems(scenario, target, call.endpoint);
  } else {
    yield unknownName("service", service, `${path}.${key}`, Object.keys(scenario.services));
  }
  if (typeof call.policy === "object") {
    yield* policyProblems(call.policy, `${path}.policy`);
  } else if (call.policy !== undefined && !Object.hasOwn(scenario.policies, call.policy)) {
    yield unknownName("policy", call.policy, `${path}.policy`, Object.keys(scenario.policies));
  }
}

/** Names that nothing has, endpoints left open where there are several, and policies that contradict themselves. */
export function* referenceProblems(scenario: CheckedScenario): Generator<Problem> {
  for (const { step, path } of allCalls(scenario)) {
    yield* callProblems(scenario, { service: step.call, key: "call", path }, step);
  }
  for (const [name, policy] of Object.entries(scenario.policies)) {
    yield* policyProblems(policy, `policies.${name}`);
  }
  for (const [name, load] of Object.entries(scenario.load)) {
    const path = `load.${name}`;
    yield* callProblems(scenario, { service: load.to, key: "to", path }, load);
    if (Object.hasOwn(scenario.services, name)) {
      yield {
        path,
        value: name,
        message: "a load and a service have the same name",
        allowed: "names that tell loads and services apart",
        fix: `rename the load, for instance to ${name}-users`,
      };
    }
  }
}
