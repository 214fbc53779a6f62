import { uniform } from "@breakwater/scenario/plan";
import type { Instance } from "../instance.ts";
import type { FaultModel } from "./fault.ts";

/** A message that is lost so often is given up. */
const MOST_TRIES = 15;

/**
 * Messages are lost by chance: each request and each answer for itself. Where they are sent again, it is after a
 * while that doubles each time, as TCP does.
 */
export const loss: FaultModel = {
  deliversAtMs: ({ fault, word }, request, connecting) => {
    const { nowMs } = (request.instance as Instance).world.kernel;
    const kind = connecting ? "requests" : "answers";
    if (fault.messages !== "both" && fault.messages !== kind) return nowMs;
    const first = word + (connecting ? 2 : 2 + MOST_TRIES);
    let atMs = nowMs;
    let waitMs = fault.resendMs;
    for (let tried = 0; tried < MOST_TRIES; tried++) {
      if (atMs >= fault.endMs || uniform(request.hi, request.lo, first + tried) >= fault.rate)
        return atMs;
      atMs += waitMs;
      waitMs *= 2;
    }
    return Infinity;
  },
};
