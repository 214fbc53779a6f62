import { makeSampler, type Sampler } from "../draws/distributions.ts";
import { PURPOSE, repeatedStep } from "../draws/purpose.ts";
import type { ResolvedCall, ResolvedStep } from "../resolved/step.ts";

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
  | { readonly kind: "parallel"; readonly branches: readonly (readonly Op<E>[])[] }
  | QuorumOp<E>
  | ChooseOp<E>;

export interface QuorumOp<E> {
  readonly kind: "quorum";
  readonly branches: readonly (readonly Op<E>[])[];
  /** How many branches have to succeed. */
  readonly needs: number;
  /** The others are given up then. */
  readonly cancels: boolean;
}

export interface ChooseOp<E> {
  readonly kind: "choose";
  /** Under the request's key: the number that chooses, 0 <= u < 1. */
  readonly purpose: number;
  readonly options: readonly ChooseOption<E>[];
}

interface ChooseOption<E> {
  /** Chosen for numbers below this, and not below that of the option before. */
  readonly until: number;
  readonly ops: readonly Op<E>[];
}

/** What is done for a number that was drawn; nothing above the last option. */
export function chosen<E>({ options }: ChooseOp<E>, u: number): readonly Op<E>[] {
  return options.find(({ until }) => u < until)?.ops ?? [];
}

/**
 * @param edgeFor the edge that a call goes over
 */
export function compileSteps<E>(
  steps: readonly ResolvedStep[],
  edgeFor: (call: ResolvedCall) => E,
): readonly Op<E>[] {
  return new Compiler(edgeFor).all(steps);
}

class Compiler<E> {
  readonly #edgeFor: (call: ResolvedCall) => E;
  #purposes = 0;
  /** Choices are counted on their own: one more does not change what the steps after it draw. */
  #choices = 0;

  constructor(edgeFor: (call: ResolvedCall) => E) {
    this.#edgeFor = edgeFor;
  }

  all(steps: readonly ResolvedStep[]): Op<E>[] {
    return steps.flatMap((step) => this.#one(step));
  }

  #one(step: ResolvedStep): Op<E>[] {
    switch (step.kind) {
      case "work":
        return [{ kind: "work", sample: makeSampler(step.work), purpose: ++this.#purposes }];
      case "call":
        return this.#calls(step.call, 1);
      case "repeat":
        return this.#calls(step.call, step.times);
      case "fanOut":
        return [
          this.#together(
            this.#calls(step.call, step.times).map((op) => [op]),
            step,
          ),
        ];
      case "sequence":
        return this.all(step.steps);
      case "parallel":
        return [{ kind: "parallel", branches: step.steps.map((part) => this.#one(part)) }];
      case "quorum":
        return [
          this.#together(
            step.steps.map((part) => this.#one(part)),
            step,
          ),
        ];
      case "choose":
        return [this.#choose(step.options)];
    }
  }

  #calls(call: ResolvedCall, times: number): Op<E>[] {
    const { optional, maxDepth } = call;
    const edge = this.#edgeFor(call);
    const first = ++this.#purposes;
    return Array.from({ length: times }, (_, copy) => {
      const purpose = repeatedStep(first, copy);
      return { kind: "call", edge, purpose, optional, maxDepth };
    });
  }

  #together(
    branches: readonly (readonly Op<E>[])[],
    { needs, rest }: { readonly needs: number; readonly rest: "continue" | "cancel" },
  ): Op<E> {
    if (needs === branches.length) return { kind: "parallel", branches };
    return { kind: "quorum", branches, needs, cancels: rest === "cancel" };
  }

  #choose(options: Extract<ResolvedStep, { kind: "choose" }>["options"]): Op<E> {
    const purpose = PURPOSE.choice + this.#choices++;
    let until = 0;
    const compiled = options.map(({ weight, steps }) => {
      until += weight;
      return { until, ops: this.all(steps) };
    });
    // Weights that add up to 1 do so but for rounding.
    if (until > 1 - 1e-9) compiled.push({ until: 1, ops: compiled.pop()?.ops ?? [] });
    return { kind: "choose", purpose, options: compiled };
  }
}
