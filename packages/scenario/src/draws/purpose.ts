import type { ResolvedFault } from "../resolved/fault.ts";
import { derive, type Key, nameWord } from "./random.ts";

/** Purposes under a request's key that no step uses: steps count from 1. */
export const PURPOSE = {
  choice: 0x48000000,
  jitter: 0x4a000000,
  throttle: 0x4a800000,
  requestLatency: 0x4b000000,
  answerLatency: 0x4b000001,
  endpointError: 0x4c000000,
  arrival: 0x4d000000,
  think: 0x4e000000,
  stay: 0x4e000001,
  patience: 0x4e000002,
  comeBackAfter: 0x4e000003,
  /** And the numbers after it, for the calls of those who come back. */
  comeBack: 0x4e000010,
  balance: 0x4f000000,
  requestKey: 0x4f100000,
  slowStart: 0x4f200000,
} as const;

/** The root of everything that a load draws; its parts are its arrivals, or its users. */
export function loadKey(root: Key, load: string): Key {
  return derive(root, nameWord(`load ${load}`));
}

/** The word under a request's key that leads to the call which its step with this number makes. */
export function stepWord(calleeWord: number, step: number): number {
  return calleeWord ^ Math.imul(step, 0x9e3779b1);
}

/** Of the calls that one step makes, the first has the step's own number, and the others numbers that no step has. */
export function repeatedStep(step: number, copy: number): number {
  return step + copy * STEPS_AT_MOST;
}

/** Above the steps that an endpoint may have. */
const STEPS_AT_MOST = 1 << 17;

/** The callee's part of `stepWord`. */
export function calleeWord(service: string, endpoint: string): number {
  return nameWord(`call ${service} ${endpoint}`);
}

/** A fault's word under the key of a request that it may strike; the word after it is for what it adds. */
export function faultWord({ name, kind, service }: ResolvedFault, index: number): number {
  return nameWord(`fault ${name} ${kind} ${service} ${index}`);
}
