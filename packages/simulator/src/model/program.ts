import type { ResolvedCall, ResolvedStep } from "@breakwater/scenario";
import { makeSampler, type Sampler } from "../kernel/distributions.ts";
import type { Edge } from "./edge.ts";

/** What a request does, ready to run: an endpoint's steps with samplers and edges in place of their descriptions. */
export type Op =
  | { readonly kind: "work"; readonly sample: Sampler; readonly purpose: number }
  | {
      readonly kind: "call";
      readonly edge: Edge;
      readonly purpose: number;
      readonly optional: boolean;
      readonly maxDepth: number;
    }
  | { readonly kind: "parallel"; readonly branches: readonly (readonly Op[])[] };

/**
 * @param edgeFor the edge that a call goes over
 */
export function compile(
  steps: readonly ResolvedStep[],
  edgeFor: (call: ResolvedCall) => Edge,
): readonly Op[] {
  let purposes = 0;
  const compileAll = (list: readonly ResolvedStep[]): Op[] => list.flatMap(compileOne);
  const compileOne = (step: ResolvedStep): Op[] => {
    switch (step.kind) {
      case "work":
        return [{ kind: "work", sample: makeSampler(step.work), purpose: ++purposes }];
      case "call": {
        const { optional, maxDepth } = step.call;
        const purpose = ++purposes;
        return [{ kind: "call", edge: edgeFor(step.call), purpose, optional, maxDepth }];
      }
      case "sequence":
        return compileAll(step.steps);
      case "parallel":
        return [{ kind: "parallel", branches: step.steps.map((part) => compileOne(part)) }];
    }
  };
  return compileAll(steps);
}
