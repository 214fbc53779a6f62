import type { CheckedFault } from "../checked/fault.ts";
import type { CheckedScenario } from "../checked.ts";
import type { ResolvedFault } from "../resolved/fault.ts";
import { resolveDistribution } from "./distribution.ts";
import { drawn, occurrences, type PlannedFault } from "./fault-times.ts";

function madeName({ kind, service, endpoint, instance, from }: CheckedFault): string {
  const target = endpoint === undefined ? service : `${service}/${endpoint}`;
  const which = instance === undefined ? "" : ` #${instance}`;
  return `${kind} on ${target}${which}${from === undefined ? "" : ` from ${from}`}`;
}

/** Names for all faults: the author's own, and made ones with a number where they would repeat. */
function faultNames(faults: readonly CheckedFault[]): readonly string[] {
  const used = new Set(faults.flatMap(({ name }) => (name === undefined ? [] : [name])));
  return faults.map((fault) => {
    if (fault.name !== undefined) return fault.name;
    const made = madeName(fault);
    let name = made;
    for (let count = 2; used.has(name); count++) name = `${made} (${count})`;
    used.add(name);
    return name;
  });
}

/** Every time that a fault of the scenario strikes, as a fault of its own. */
export function resolveFaults(scenario: CheckedScenario): readonly ResolvedFault[] {
  return plannedFaults(scenario).map(({ fault, name, atMs, endMs, instance }) => ({
    name,
    kind: fault.kind,
    service: fault.service,
    endpoint: fault.endpoint,
    instance,
    from: fault.from,
    atMs,
    endMs,
    share: fault.share,
    multiply: fault.multiply ?? 1,
    add: fault.add === undefined ? undefined : resolveDistribution(fault.add),
    strikes: fault.strikes ?? "new",
    when: fault.when ?? "afterWork",
    lose: fault.lose ?? 0,
    requests: fault.requests ?? "lost",
    grows: fault.grows ?? 0,
    most: fault.most ?? Infinity,
    rate: fault.rate ?? 0,
    messages: fault.messages ?? "both",
    resendMs: fault.resend ?? Infinity,
  }));
}

/** The faults as they are written, each as often as it strikes, and then those by chance. */
export function plannedFaults(scenario: CheckedScenario): readonly PlannedFault[] {
  const names = faultNames(scenario.faults);
  const written = scenario.faults.flatMap((fault, index) =>
    occurrences(scenario, fault, names[index] ?? ""),
  );
  const byChance = scenario.chaos.flatMap((chaos, index) => drawn(scenario, chaos, index));
  return [...written, ...byChance];
}
