import { filled } from "../options/fill.ts";
import type { ResolvedRateLimiter } from "./machine.ts";
import type { RateLimiterOptions } from "./options.ts";

export const DEFAULTS = { kind: "tokenBucket", per: "1s", maxWait: 0 } as const;

export function resolveRateLimiter(options: RateLimiterOptions): ResolvedRateLimiter {
  const { kind, limit, per, burst = limit, maxWait } = filled(options, DEFAULTS);
  return { kind, limit, perMs: per, burst, maxWaitMs: maxWait };
}
