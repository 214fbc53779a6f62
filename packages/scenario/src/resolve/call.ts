import type { CheckedCall } from "../checked/step.ts";
import type { CheckedScenario } from "../checked.ts";
import { endpointOf } from "../checks/steps.ts";
import type { ResolvedCall } from "../resolved/step.ts";
import { resolveDistribution } from "./distribution.ts";

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
    ...unsteadiness(network),
  };
}

function unsteadiness(network: CheckedCall["network"]): Pick<ResolvedCall, "unsteady"> {
  const { jitter, loss = 0, resend = Infinity } = network ?? {};
  if (jitter === undefined && loss === 0) return {};
  const drawn = jitter === undefined ? undefined : resolveDistribution(jitter);
  return { unsteady: { jitter: drawn, loss, resendMs: resend } };
}
