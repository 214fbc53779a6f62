import type { ResolvedFault } from "@breakwater/scenario";
import { capacity } from "./capacity.ts";
import { crash } from "./crash.ts";
import { error } from "./error.ts";
import type { FaultModel } from "./fault.ts";
import { hang } from "./hang.ts";
import { latency } from "./latency.ts";
import { leak } from "./leak.ts";
import { loss } from "./loss.ts";
import { partition } from "./partition.ts";
import { pause } from "./pause.ts";
import { refused } from "./refused.ts";

/** Every kind of fault. */
export const faultModels: Readonly<Record<ResolvedFault["kind"], FaultModel>> = {
  latency,
  error,
  refused,
  hang,
  crash,
  pause,
  capacity,
  partition,
  leak,
  loss,
};
