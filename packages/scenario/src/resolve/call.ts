import type { CheckedDistribution } from "../checked/distribution.ts";
import type { CheckedCall } from "../checked/step.ts";
import type { CheckedScenario } from "../checked.ts";
import { endpointOf } from "../checks/steps.ts";
import type { ResolvedDistribution } from "../resolved/distribution.ts";
import type { ResolvedCall } from "../resolved/step.ts";

export function resolveDistribution(distribution: CheckedDistribution): ResolvedDistribution {
  if (typeof distribution === "number") return { kind: "constant", value: distribution };
  if (distribution.kind === "uniform") return { ...distribution, step: distribution.step ?? 0 };
  if (distribution.kind !== "mixture") return distribution;
  const total = distribution.of.reduce((sum, { weight }) => sum + weight, 0);
  return {
    kind: "mixture",
    of: distribution.of.map(({ weight, value }) => ({
      weight: weight / total,
      value: resolveDistribution(value),
    })),
  };
}

interface CallForm extends CheckedCall {
  optional?: boolean;
  maxDepth?: number;
}

/** A call of a service or of a load, once its names are known to be right. */
export function resolveCall(
  scenario: CheckedScenario,
  service: string,
  call: CallForm,
): ResolvedCall {
  const { policy, network, optional = false, maxDepth = Infinity } = call;
  const named = typeof policy === "string";
  const latency = network?.latency;
  return {
    service,
    endpoint: endpointOf(scenario, service, call.endpoint) ?? "",
    policyName: named ? policy : "",
    policy: named ? scenario.policies[policy] : policy,
    optional,
    maxDepth,
    latency: latency === undefined ? undefined : resolveDistribution(latency),
  };
}
