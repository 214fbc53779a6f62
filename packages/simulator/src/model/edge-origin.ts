import type { EdgeRecord } from "@breakwater/metrics";
import type { ServiceModel } from "./service.ts";

/** Who calls over an edge. */
export interface EdgeOrigin {
  readonly kind: "load" | "call";
  readonly from: string;
  /** The calling service; undefined for a load. */
  readonly service: ServiceModel | undefined;
  /** Records that count the same calls: end to end, for a load. */
  readonly alsoIn: readonly EdgeRecord[];
}
