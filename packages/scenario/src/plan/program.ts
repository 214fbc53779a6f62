import { makeSampler, type Sampler } from "../draws/distributions.ts";
import type { ResolvedCall, ResolvedStep } from "../resolved.ts";

/**
 * What a request does, ready to run: an endpoint's steps with samplers and edges in place of their descriptions.
 * @typeParam E what a call goes over
 */
export type Op<E> =
  | { readonly kind: "work"; readonly sample: Sampler; readonly purpose: number }
  | {
      readonly kind: "call";
      readonly edge: E;
      readonly purpose: number;
      readonly optional: boolean;
      readonly maxDepth: number;
    }
  | { readonly kind: "parallel"; readonly branches: readonly (readonly Op<E>[])[] };

/**
 * @param edgeFor the edge that a call goes over
 */
export function compileSteps<E>(
  steps: readonly ResolvedStep[],
  edgeFor: (call: ResolvedCall) => E,
): readonly Op<E>[] {
  let purposes = 0;
  const compileAll = (list: readonly ResolvedStep[]): Op<E>[] => list.flatMap(compileOne);
  const compileOne = (step: ResolvedStep): Op<E>[] => {
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
