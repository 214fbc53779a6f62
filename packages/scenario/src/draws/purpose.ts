import type { ResolvedFault } from "../resolved.ts";
import { derive, type Key, nameWord } from "./random.ts";

/** Purposes under a request's key that no step uses: steps count from 1. */
export const PURPOSE = {
  jitter: 0x4a000000,
  throttle: 0x4a800000,
  requestLatency: 0x4b000000,
  answerLatency: 0x4b000001,
  endpointError: 0x4c000000,
  arrival: 0x4d000000,
  think: 0x4e000000,
} as const;

/** The root of everything that a load draws; its parts are its arrivals, or its users. */
export function loadKey(root: Key, load: string): Key {
  return derive(root, nameWord(`load ${load}`));
}

/** The word under a request's key that leads to the call which its step with this number makes. */
export function stepWord(calleeWord: number, step: number): number {
  return calleeWord ^ Math.imul(step, 0x9e3779b1);
}

/** The callee's part of `stepWord`. */
export function calleeWord(service: string, endpoint: string): number {
  return nameWord(`call ${service} ${endpoint}`);
}

/** A fault's word under the key of a request that it may strike; the word after it is for what it adds. */
export function faultWord({ name, kind, service }: ResolvedFault, index: number): number {
  return nameWord(`fault ${name} ${kind} ${service} ${index}`);
}
