import type { FaultModel } from "./fault.ts";

/** The process is frozen: it takes connections, does nothing, and goes on where it was. */
export const pause: FaultModel = {
  begin: (_fault, instance) => instance.pause(),
  end: (_fault, instance) => instance.resume(),
};
