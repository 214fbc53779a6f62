import type { Op as PlannedOp } from "@breakwater/scenario/plan";
import type { Edge } from "./edge.ts";

/** A step of a request, with the edge that its call goes over. */
export type Op = PlannedOp<Edge>;

export interface Endpoint {
  readonly name: string;
  readonly errorRate: number;
  /** Filled in once all edges are known. */
  ops: readonly Op[];
}
