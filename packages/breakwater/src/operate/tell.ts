import type { Fact } from "@breakwater/policy";
import type { CallFunction } from "../driver/running-call.ts";

/** Under which a policy takes facts of what stands around it: a cache, a load shedder. Not for users. */
export const TELL: unique symbol = Symbol("breakwater.tell");

/** Under which a policy lets somebody stand around the functions of its calls. Not for users. */
export const SURROUND: unique symbol = Symbol("breakwater.surround");

/** Gives a function in place of another; its facts will have this number. */
export type Surround = (run: CallFunction, callId: number) => CallFunction;

/** The fact is only made when somebody hears of it. A policy that somebody else has made may take none. */
export interface TakesFacts {
  [TELL]?(make: () => Fact): void;
  [SURROUND]?(surround: Surround): () => void;
}

export function tellFact(policy: object, make: () => Fact): void {
  (policy as TakesFacts)[TELL]?.(make);
}

/** Returns what ends it. */
export function surroundCalls(policy: object, surround: Surround): () => void {
  return (policy as TakesFacts)[SURROUND]?.(surround) ?? (() => {});
}
