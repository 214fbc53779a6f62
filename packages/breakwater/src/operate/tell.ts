import type { Fact } from "@breakwater/policy";

/** Under which a policy takes facts of what stands around it: a cache, a load shedder. Not for users. */
export const TELL: unique symbol = Symbol("breakwater.tell");

/** The fact is only made when somebody hears of it. A policy that somebody else has made may take none. */
export interface TakesFacts {
  [TELL]?(make: () => Fact): void;
}

export function tellFact(policy: object, make: () => Fact): void {
  (policy as TakesFacts)[TELL]?.(make);
}
