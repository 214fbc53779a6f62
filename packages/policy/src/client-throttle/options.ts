import type { Duration, FieldTable, TableOf } from "../options/field.ts";
import type { ResolvedClientThrottle } from "./machine.ts";

export interface ClientThrottleOptions {
  /** K: attempts that go out per attempt that is accepted. */
  multiplier?: number;
  /** How far back attempts count. */
  window?: Duration;
  /** Attempts per second that go out however little is accepted. */
  floor?: number;
}

export const clientThrottleTable = {
  multiplier: {
    kind: "number",
    min: 1,
    max: 100,
    unit: "attempts",
    default: 2,
    about: "K: attempts that may go out per attempt that the dependency accepts.",
  },
  window: {
    kind: "duration",
    minMs: 60,
    default: "2min",
    about: "How far back attempts count. After an outage it takes a few of these to recover.",
  },
  floor: {
    kind: "number",
    min: 0,
    max: 1_000_000,
    unit: "1/s",
    default: 0,
    about: "Attempts per second that may go out however little is accepted.",
  },
} satisfies TableOf<ClientThrottleOptions> & FieldTable;

/** The options as `check` leaves them: defaults filled in, durations in milliseconds. */
export interface CheckedClientThrottle {
  multiplier: number;
  window: number;
  floor: number;
}

export function resolveClientThrottle(throttle: CheckedClientThrottle): ResolvedClientThrottle {
  const { multiplier, window, floor } = throttle;
  return { multiplier, windowMs: window, floorPerMs: floor / 1000 };
}
