import { resolveOutlierDetection } from "@breakwater/policy";
import type { CheckedBalancer, CheckedHealthChecks } from "../checked/balancing.ts";
import type { CheckedService } from "../checked.ts";
import type { ResolvedBalancer, ResolvedHealthChecks } from "../resolved/balancing.ts";

const IN_TURN: CheckedBalancer = { slowStart: 0, zoneAware: false, panic: 0.5 };

/** What of it a service has; nothing where calls just go to its instances in turn. */
export function resolveBalancing(name: string, service: CheckedService) {
  const { balancer, health, zones } = service;
  if (balancer === undefined && health === undefined) return zones === undefined ? {} : { zones };
  return {
    balancer: resolveBalancer(balancer ?? IN_TURN),
    ...(zones === undefined ? {} : { zones }),
    ...(health === undefined ? {} : { health: resolveHealth(name, health) }),
  };
}

function resolveBalancer(balancer: CheckedBalancer): ResolvedBalancer {
  const { outlierDetection, weights = [], slowStart, zoneAware, panic } = balancer;
  const { kind = "roundRobin", choices = 2, refresh = 0 } = balancer;
  const { keys = 1000, skew = 0, points = 100 } = balancer;
  return {
    ...{ kind, choices, refreshMs: refresh, keys, skew, points, weights },
    ...{ slowStartMs: slowStart, zoneAware, panic },
    outlierDetection: outlierDetection && resolveOutlierDetection(outlierDetection),
  };
}

function resolveHealth(name: string, health: CheckedHealthChecks): ResolvedHealthChecks {
  const { interval, timeout, unhealthyAfter, healthyAfter, endpoint } = health;
  const call =
    endpoint === undefined
      ? undefined
      : {
          service: name,
          endpoint,
          policyName: "",
          policy: { timeout },
          optional: false,
          maxDepth: Infinity,
          latency: undefined,
        };
  return { intervalMs: interval, timeoutMs: timeout, unhealthyAfter, healthyAfter, call };
}
