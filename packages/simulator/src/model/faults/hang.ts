import type { FaultModel } from "./fault.ts";

/** Taken up by a worker and kept there until the fault ends. */
export const hang: FaultModel = { heldUntilMs: (fault) => fault.endMs };
