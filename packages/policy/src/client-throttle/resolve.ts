import { filled } from "../options/fill.ts";
import type { ResolvedClientThrottle } from "./machine.ts";
import type { ClientThrottleOptions } from "./options.ts";

export const DEFAULTS = { multiplier: 2, window: "2min", floor: 0 } as const;

export function resolveClientThrottle(throttle: ClientThrottleOptions): ResolvedClientThrottle {
  const { multiplier, window, floor } = filled(throttle, DEFAULTS);
  return { multiplier, windowMs: window, floorPerMs: floor / 1000 };
}
