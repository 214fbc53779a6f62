import type { ResolvedFault } from "../resolved.ts";

/** Whom a fault strikes, for reports: "shop -> stock/list[0]". */
export function faultTarget({ service, endpoint, instance, from }: ResolvedFault): string {
  const which = endpoint === undefined ? service : `${service}/${endpoint}`;
  const one = instance === undefined ? which : `${which}[${instance}]`;
  return from === undefined ? one : `${from} -> ${one}`;
}
