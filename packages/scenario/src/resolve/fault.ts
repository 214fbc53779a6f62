import type { CheckedFault } from "../checked/fault.ts";
import type { ResolvedFault } from "../resolved/fault.ts";
import { resolveDistribution } from "./call.ts";

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

export function resolveFaults(faults: readonly CheckedFault[]): readonly ResolvedFault[] {
  const names = faultNames(faults);
  return faults.map((fault, index) => ({
    name: names[index] ?? "",
    kind: fault.kind,
    service: fault.service,
    endpoint: fault.endpoint,
    instance: fault.instance,
    from: fault.from,
    atMs: fault.at,
    endMs: fault.for === undefined ? Infinity : fault.at + fault.for,
    share: fault.share,
    multiply: fault.multiply ?? 1,
    add: fault.add === undefined ? undefined : resolveDistribution(fault.add),
    strikes: fault.strikes ?? "new",
    when: fault.when ?? "afterWork",
    lose: fault.lose ?? 0,
    requests: fault.requests ?? "lost",
  }));
}
