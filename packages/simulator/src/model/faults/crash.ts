import type { FaultModel } from "./fault.ts";

/** The process dies with everything in it, and is started again when the fault ends. */
export const crash: FaultModel = {
  begin: (_fault, instance) => instance.service.crash(instance),
  end: (_fault, instance) => instance.restart(),
};
