import type { FaultModel } from "./fault.ts";

/**
 * Work takes longer and longer, as where memory leaks: by a factor that grows evenly from when the fault began, or
 * from when the instance was last started.
 */
export const leak: FaultModel = {
  stretch: (fault, instance) => {
    const { nowMs } = instance.world.kernel;
    const sinceMs = Math.max(fault.atMs, instance.startedAtMs);
    return Math.min(fault.most, 1 + (fault.grows * Math.max(0, nowMs - sinceMs)) / 1000);
  },
};
