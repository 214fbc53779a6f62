import type { ResolvedFault } from "@breakwater/scenario";
import { faultWord, type Key, makeSampler, type Sampler, uniform } from "@breakwater/scenario/plan";

interface Inside {
  readonly fault: ResolvedFault;
  readonly index: number;
  readonly word: number;
  readonly sampleAdd: Sampler | undefined;
  /** When it is over: resolved at its end. */
  over: Ending | undefined;
}

interface Ending {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/** What faults need to know of a request. */
export interface Strikable extends Key {
  readonly endpoint: string;
  /** The service or load that called. */
  readonly from: string;
}

/**
 * Faults that a service has inside, where its workers are: slower work, requests that hang, workers that are gone.
 * Which requests they strike, and for how long, is drawn as in the simulator.
 */
export class InsideFaults {
  readonly #faults: readonly Inside[];
  readonly #instance: number;
  readonly #struck: (fault: number) => void;

  constructor(
    faults: readonly ResolvedFault[],
    service: string,
    instance: number,
    struck: (fault: number) => void,
  ) {
    this.#instance = instance;
    this.#struck = struck;
    this.#faults = faults.flatMap((fault, index) => {
      if (fault.service !== service) return [];
      const sampleAdd = fault.add && makeSampler(fault.add);
      return [{ fault, index, word: faultWord(fault, index), sampleAdd, over: undefined }];
    });
  }

  /** Begins or ends one; returns it, or undefined when it is not about this instance. */
  set(index: number, on: boolean): ResolvedFault | undefined {
    const inside = this.#faults.find((each) => each.index === index);
    if (inside === undefined || (inside.over !== undefined) === on) return undefined;
    const { instance } = inside.fault;
    if (instance !== undefined && instance !== this.#instance) return undefined;
    if (on) {
      inside.over = ending();
    } else {
      inside.over?.resolve();
      inside.over = undefined;
    }
    return inside.fault;
  }

  /** The end of the hang that a request taken up now runs into; undefined without one. */
  holds(request: Strikable): Promise<void> | undefined {
    const hang = this.#faults.find((each) => each.fault.kind === "hang" && strikes(each, request));
    if (hang === undefined) return undefined;
    this.#struck(hang.index);
    return hang.over?.promise;
  }

  /** The latency faults in force that strike this request now. */
  slows(request: Strikable): SlowedBy {
    const slow = this.#faults.filter(
      (each) => each.fault.kind === "latency" && strikes(each, request),
    );
    return new SlowedBy(slow, request, this.#struck);
  }
}

/** The latency faults that strike a request. */
export class SlowedBy {
  readonly #slow: readonly Inside[];
  readonly #request: Strikable;
  readonly #struck: (fault: number) => void;

  constructor(slow: readonly Inside[], request: Strikable, struck: (fault: number) => void) {
    this.#slow = slow;
    this.#request = request;
    this.#struck = struck;
  }

  stretch(workMs: number): number {
    return this.#slow.reduce((sum, { fault }) => sum * fault.multiply, workMs);
  }

  /** More work at the end, in milliseconds. */
  extraMs(): number {
    const { hi, lo } = this.#request;
    let sum = 0;
    for (const { sampleAdd, word, index } of this.#slow) {
      this.#struck(index);
      sum += sampleAdd?.(hi, lo, word + 1) ?? 0;
    }
    return sum;
  }

  /** Both together: a fault that strikes requests in work joins those from the beginning. */
  with(later: SlowedBy): SlowedBy {
    const inFlight = later.#slow.filter(
      (each) => each.fault.strikes === "inFlight" && !this.#slow.includes(each),
    );
    return new SlowedBy([...this.#slow, ...inFlight], this.#request, this.#struck);
  }
}

function ending(): Ending {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function strikes({ fault, word, over }: Inside, request: Strikable): boolean {
  if (over === undefined) return false;
  if (fault.endpoint !== undefined && fault.endpoint !== request.endpoint) return false;
  if (fault.from !== undefined && fault.from !== request.from) return false;
  return fault.share >= 1 || uniform(request.hi, request.lo, word) < fault.share;
}
