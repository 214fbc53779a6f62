import type { CacheFact } from "@breakwater/policy";
import type { Policy } from "../types.ts";

/** What a policy has to have to be measured, whatever its fallback answers. */
export type Measurable = Pick<Policy, "name" | "breaker" | "onFact">;

/** Upper bounds of the buckets of call durations, in seconds. */
export const DURATION_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const;

export const STATES = ["closed", "halfOpen", "open", "isolated"] as const;

/** What callers got who asked a cache, as a label. */
export const LOOKUPS = {
  cacheHit: "hit",
  cacheStale: "stale",
  cacheJoined: "joined",
  cacheMissed: "missed",
  cacheStoodIn: "stoodIn",
} as const satisfies Record<CacheFact["type"], string>;
