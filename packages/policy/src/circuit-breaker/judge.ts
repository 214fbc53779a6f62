import { plural, rateReason } from "../breaker.ts";
import type { ResolvedCircuitBreaker } from "./resolved.ts";
import type { CallWindow } from "./windows.ts";

/**
 * Why what the window holds opens the circuit; undefined when it does not. Divides, because a share such as 7 / 100 is
 * exactly what 0.07 means, and 0.07 * 100 is more than 7. No rate is 0, so nothing opens it while nothing was bad.
 */
export function reasonToOpen(
  { calls, failures, slow }: CallWindow,
  options: ResolvedCircuitBreaker,
  recovering: boolean,
): string | undefined {
  const { window, failureRate, slowRate, recovery } = options;
  if (window.kind === "consecutive") {
    return failures < window.failures ? undefined : `${plural(failures, "failure")} in a row`;
  }
  const minimum = recovering && recovery ? recovery.minimumCalls : options.minimumCalls;
  if (calls < minimum) return undefined;
  if (failures / calls >= failureRate) {
    return rateReason(failures, calls, "attempt", "failed", failureRate);
  }
  if (slow / calls < slowRate) return undefined;
  return rateReason(slow, calls, "attempt", "were slow", slowRate);
}
