import type { Problem } from "@breakwater/policy";
import type { CheckedScenario, CheckedService } from "../checked.ts";
import { unknownName } from "./wording.ts";

function* balancerProblems(service: CheckedService, path: string): Generator<Problem> {
  const { balancer, instances, zones } = service;
  if (balancer === undefined) return;
  const { weights, zoneAware, outlierDetection } = balancer;
  if (weights !== undefined && weights.length !== instances) {
    yield {
      path: `${path}.balancer.weights`,
      value: weights.length,
      message: `there are ${weights.length} weights for ${instances} instances`,
      allowed: "one weight per instance",
      fix: "add or remove weights, or change instances",
    };
  } else if (weights?.every((weight) => weight === 0)) {
    yield {
      path: `${path}.balancer.weights`,
      value: 0,
      message: "no instance has a weight",
      allowed: "at least one weight above 0",
      fix: "give the instances that shall be asked a weight",
    };
  }
  if (zoneAware && zones === undefined) {
    yield {
      path: `${path}.balancer.zoneAware`,
      value: true,
      message: "the service has no zones",
      allowed: "with zones",
      fix: "add zones: [a, b] to the service, and to those that call it",
    };
  }
  const { baseEjection = 30_000, maxEjection = 300_000 } = outlierDetection ?? {};
  if (Number(maxEjection) < Number(baseEjection)) {
    yield {
      path: `${path}.balancer.outlierDetection.maxEjection`,
      value: maxEjection,
      message: "the longest ejection is shorter than the first one",
      allowed: "at least baseEjection",
      fix: "raise maxEjection or lower baseEjection",
    };
  }
}

/** Balancers and health checks that do not fit their services. */
export function* balancingProblems({ services }: CheckedScenario): Generator<Problem> {
  for (const [name, service] of Object.entries(services)) {
    const path = `services.${name}`;
    yield* balancerProblems(service, path);
    const endpoint = service.health?.endpoint;
    if (endpoint !== undefined && !Object.hasOwn(service.endpoints, endpoint)) {
      const names = Object.keys(service.endpoints);
      yield unknownName(`endpoint of ${name}`, endpoint, `${path}.health.endpoint`, names);
    }
  }
}
