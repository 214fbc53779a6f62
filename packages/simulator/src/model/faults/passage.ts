import type { Instance } from "../instance.ts";
import type { Request } from "../request.ts";
import type { ServiceModel } from "../service.ts";
import type { World } from "../world.ts";
import { inForce, strikes } from "./fault.ts";

/**
 * When a message sent now gets through (Infinity: never), or that no connection is made.
 * @param connecting a request on its way there, not an answer on its way back
 */
export function passage(
  world: World,
  target: ServiceModel,
  request: Request,
  connecting: boolean,
): number | "refused" {
  const { nowMs } = world.kernel;
  if (connecting && !(request.instance as Instance).isUp) return "refused";
  let atMs = nowMs;
  for (const force of target.faults) {
    const { refuses, deliversAtMs } = force.model;
    const concerns = deliversAtMs !== undefined || (connecting && refuses === true);
    if (!concerns || !inForce(force, nowMs) || !strikes(force, request)) continue;
    if (refuses) {
      force.struck++;
      return "refused";
    }
    const throughMs = deliversAtMs?.(force, request, connecting) ?? nowMs;
    if (throughMs > nowMs) force.struck++;
    atMs = Math.max(atMs, throughMs);
  }
  return atMs;
}
