import type { Op } from "./program.ts";

export interface Endpoint {
  readonly name: string;
  readonly errorRate: number;
  /** Filled in once all edges are known. */
  ops: readonly Op[];
}
