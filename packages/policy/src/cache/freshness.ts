/**
 * How good an answer is.
 * - `fresh`: the dependency gave it for this call, or a moment ago.
 * - `stale`: an older one that was kept; its age says how old.
 * - `partial`: put together from several answers, of which some are missing or were replaced by a default.
 * - `default`: nothing of it is from the dependency.
 */
export type Freshness = "fresh" | "stale" | "partial" | "default";

export interface Aged {
  readonly freshness: Freshness;
  /** Milliseconds since the dependency gave it; undefined where it did not. */
  readonly ageMs: number | undefined;
}

/**
 * How good an answer is that is put together from several others. As old as the oldest of them; partial as soon as
 * one of them is, or some are defaults and others not.
 */
export function freshnessOfAll(parts: readonly Aged[]): Aged {
  const ages = parts.flatMap(({ ageMs }) => ageMs ?? []);
  const ageMs = ages.length === 0 ? undefined : Math.max(...ages);
  const has = (freshness: Freshness) => parts.some((part) => part.freshness === freshness);
  const mixed = has("default") && parts.some((part) => part.freshness !== "default");
  if (has("partial") || mixed) return { freshness: "partial", ageMs };
  if (has("default")) return { freshness: "default", ageMs };
  return { freshness: has("stale") ? "stale" : "fresh", ageMs };
}
