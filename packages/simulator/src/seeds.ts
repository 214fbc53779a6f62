import { derive, nameWord, seedKey } from "@breakwater/scenario/plan";

/**
 * The seed of a replication: the scenario's own for the first (index 0), then draws under a key of their own. So one
 * scenario's replications do not overlap with those of the next seed, and two scenarios with the same seed meet the
 * same luck, replication by replication.
 */
export function replicationSeed(seed: number, index: number): number {
  if (index === 0) return seed;
  return derive(derive(seedKey(seed), nameWord("replication")), index).lo >>> 0;
}
