import { percent } from "../breaker.ts";
import type { Host } from "./host.ts";
import type { ResolvedOutlierDetection, ResolvedRule } from "./resolved.ts";

export type OutlierRule = "consecutive" | "successRate" | "failureRate";

/** A host that a rule finds, with the numbers in words. */
export interface Outlier {
  readonly host: Host;
  readonly rule: OutlierRule;
  readonly reason: string;
}

/** The outliers of an interval that has ended, the worst of each rule first. */
export function findOutliers(
  hosts: Iterable<Host>,
  { successRate, failureRate }: ResolvedOutlierDetection,
): Outlier[] {
  const all = [...hosts].filter((host) => host.ejectedUntilMs === undefined);
  return [
    ...belowTheOthers(judged(all, successRate), successRate.stdevFactor),
    ...mostlyFailing(judged(all, failureRate), failureRate.limit),
  ];
}

function judged(hosts: readonly Host[], { minimumCalls, minimumHosts }: ResolvedRule): Host[] {
  const enough = hosts.filter((host) => host.calls >= minimumCalls);
  return enough.length >= minimumHosts ? enough.sort((a, b) => rateOf(a) - rateOf(b)) : [];
}

/** A host without calls is no reason to complain. */
function rateOf({ calls, failures }: Host): number {
  return calls === 0 ? 1 : (calls - failures) / calls;
}

/** Mean and standard deviation are those of the hosts themselves (n, not n - 1), as in Envoy. */
function belowTheOthers(hosts: readonly Host[], stdevFactor: number): Outlier[] {
  const rates = hosts.map(rateOf);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const squares = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0);
  const limit = mean - stdevFactor * Math.sqrt(squares / rates.length);
  // Equal rates may differ from their own mean by a rounding error.
  return hosts
    .filter((host) => rateOf(host) < limit - 1e-9)
    .map((host) => {
      const reason = `success rate ${shown(rateOf(host))}, below ${shown(limit)} (mean ${shown(mean)})`;
      return { host, rule: "successRate", reason };
    });
}

function mostlyFailing(hosts: readonly Host[], limit: number): Outlier[] {
  return hosts
    .filter(({ calls, failures }) => calls > 0 && failures / calls >= limit)
    .map((host) => {
      const reason = `${host.failures} of ${host.calls} calls failed (limit ${percent(limit)})`;
      return { host, rule: "failureRate", reason };
    });
}

/** Truncated to a tenth of a percent: 99.96 % must not read as 100 %. */
function shown(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
