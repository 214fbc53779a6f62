import { filled } from "../options/fill.ts";
import type { ResolvedHedge } from "./machine.ts";
import type { HedgeOptions } from "./options.ts";

export const DEFAULTS = { attempts: 2, minDelay: "1ms" } as const;

export function resolveHedge(options: HedgeOptions): ResolvedHedge {
  const { attempts, delay, quantile = 0, minDelay } = filled(options, DEFAULTS);
  return { attempts, delayMs: delay, quantile, minDelayMs: Math.min(minDelay, delay) };
}
