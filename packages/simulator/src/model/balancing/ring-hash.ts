/**
 * Consistent hashing (D. Karger et al., 1997): instances have places on a ring, and a key belongs to the next place
 * clockwise whose instance may be asked. When an instance leaves, only its own keys move.
 */
import type { ResolvedBalancer } from "@breakwater/scenario";
import { deriveLo, nameWord, PURPOSE, uniform } from "@breakwater/scenario/plan";
import type { Instance } from "../instance.ts";
import type { Request } from "../request.ts";
import type { Chooser } from "./chooser.ts";

interface Point {
  readonly at: number;
  readonly instance: Instance;
}

export class RingHash implements Chooser {
  readonly #points: readonly Point[];
  readonly #service: number;
  /** The share of all requests whose key is among the first k + 1. */
  readonly #keys: Float64Array;

  constructor(service: string, instances: readonly Instance[], options: ResolvedBalancer) {
    this.#service = nameWord(`ring ${service}`);
    this.#keys = keyShares(options);
    this.#points = instances
      .flatMap((instance) =>
        Array.from({ length: options.points }, (_, copy) => ({
          at: deriveLo(this.#service, instance.index, copy) >>> 0,
          instance,
        })),
      )
      .sort((a, b) => a.at - b.at || a.instance.index - b.instance.index);
  }

  choose(among: readonly Instance[], { call }: Request): Instance {
    const key = firstAbove(this.#keys, uniform(call.hi, call.lo, PURPOSE.requestKey));
    return this.#after(deriveLo(~this.#service, key, 0) >>> 0, among);
  }

  #after(at: number, among: readonly Instance[]): Instance {
    const points = this.#points;
    let low = 0;
    for (let high = points.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((points[middle] as Point).at < at) low = middle + 1;
      else high = middle;
    }
    for (let i = 0; i < points.length; i++) {
      const { instance } = points[(low + i) % points.length] as Point;
      if (among.includes(instance)) return instance;
    }
    return among[0] as Instance;
  }
}

function keyShares({ keys, skew }: ResolvedBalancer): Float64Array {
  const shares = Float64Array.from({ length: keys }, (_, k) => (k + 1) ** -skew);
  const total = shares.reduce((sum, share) => sum + share, 0);
  let sum = 0;
  return shares.map((share) => {
    sum += share / total;
    return sum;
  });
}

function firstAbove(shares: Float64Array, share: number): number {
  let low = 0;
  for (let high = shares.length - 1; low < high; ) {
    const middle = (low + high) >>> 1;
    if ((shares[middle] as number) <= share) low = middle + 1;
    else high = middle;
  }
  return low;
}
