import type { FaultModel } from "./fault.ts";

/** No connection is made: the caller knows at once. */
export const refused: FaultModel = { refuses: true };
