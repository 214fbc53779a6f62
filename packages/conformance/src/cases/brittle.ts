import type { CircuitBreakerOptions, PolicyOptions } from "breakwater";

/** Opens at the first failure, for a second. Its first failure comes at 5, so it is half-open from 1005 on. */
export function brittle(more: CircuitBreakerOptions = {}): PolicyOptions {
  const window = { kind: "consecutive", failures: 1 } as const;
  return { circuitBreaker: { window, openFor: 1000, ...more } };
}
export const OPENED = "5 circuit opened: 1 failure in a row";
export const HALF_OPEN = "1005 circuit half-open: the open time has passed";
