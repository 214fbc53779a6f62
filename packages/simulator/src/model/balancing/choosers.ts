import type { ResolvedBalancer } from "@breakwater/scenario";
import { PURPOSE, uniform } from "@breakwater/scenario/plan";
import type { Instance } from "../instance.ts";
import type { Request } from "../request.ts";
import type { World } from "../world.ts";
import type { Chooser } from "./chooser.ts";
import { LoadInformation } from "./load-information.ts";
import { RingHash } from "./ring-hash.ts";

export function makeChooser(
  world: World,
  service: string,
  instances: readonly Instance[],
  options: ResolvedBalancer,
): Chooser {
  const load = new LoadInformation(world, instances, options.refreshMs);
  switch (options.kind) {
    case "random":
      return { choose: (among, { hi, lo }) => at(among, uniform(hi, lo, PURPOSE.balance)) };
    case "leastRequests":
      return new LeastRequests(load);
    case "choices":
      return new Choices(load, options.choices);
    case "ringHash":
      return new RingHash(service, instances, options);
    case "weighted":
      return new Weighted(options.weights);
    default:
      return new InTurn();
  }
}

function at(among: readonly Instance[], share: number): Instance {
  return among[Math.floor(share * among.length)] as Instance;
}

/** The next one that may be asked after the one that was asked last. */
class InTurn implements Chooser {
  #last = -1;

  choose(among: readonly Instance[]): Instance {
    const next = among.find(({ index }) => index > this.#last) ?? (among[0] as Instance);
    this.#last = next.index;
    return next;
  }
}

/** The one with the fewest requests; among equals the next in turn. */
class LeastRequests implements Chooser {
  readonly #load: LoadInformation;
  #turn = 0;

  constructor(load: LoadInformation) {
    this.#load = load;
  }

  choose(among: readonly Instance[]): Instance {
    const first = this.#turn++ % among.length;
    let least = among[first] as Instance;
    for (let i = 1; i < among.length; i++) {
      const other = among[(first + i) % among.length] as Instance;
      if (this.#load.of(other) < this.#load.of(least)) least = other;
    }
    return least;
  }
}

/** Of some that are drawn, all different, the one with the fewest requests; among equals the first that was drawn. */
class Choices implements Chooser {
  readonly #load: LoadInformation;
  readonly #choices: number;

  constructor(load: LoadInformation, choices: number) {
    this.#load = load;
    this.#choices = choices;
  }

  choose(among: readonly Instance[], { hi, lo }: Request): Instance {
    const drawn: Instance[] = [];
    const left = Math.min(this.#choices, among.length);
    // Floyd's way to draw a subset: one draw for each of its members.
    for (let size = among.length - left; size < among.length; size++) {
      const one = uniform(hi, lo, PURPOSE.balance + drawn.length) * (size + 1);
      const found = among[Math.floor(one)] as Instance;
      drawn.push(drawn.includes(found) ? (among[size] as Instance) : found);
    }
    let least = drawn[0] as Instance;
    for (const other of drawn) if (this.#load.of(other) < this.#load.of(least)) least = other;
    return least;
  }
}

/** Smooth weighted turns: everyone gains its weight, the one with the most is next and pays for all. */
class Weighted implements Chooser {
  readonly #weights: readonly number[];
  readonly #credit: number[];

  constructor(weights: readonly number[]) {
    this.#weights = weights;
    this.#credit = weights.map(() => 0);
  }

  choose(among: readonly Instance[]): Instance {
    let total = 0;
    let best = among[0] as Instance;
    let most = Number.NEGATIVE_INFINITY;
    for (const instance of among) {
      const weight = this.#weights[instance.index] ?? 0;
      if (weight === 0) continue;
      total += weight;
      const credit = this.#of(instance) + weight;
      this.#credit[instance.index] = credit;
      if (credit <= most) continue;
      best = instance;
      most = credit;
    }
    this.#credit[best.index] = this.#of(best) - total;
    return best;
  }

  #of({ index }: Instance): number {
    return this.#credit[index] ?? 0;
  }
}
