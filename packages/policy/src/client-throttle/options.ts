import type { Duration, FieldTable, TableOf } from "../options/field.ts";
import { DEFAULTS } from "./resolve.ts";

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
    default: DEFAULTS.multiplier,
    about: "K: attempts that may go out per attempt that the dependency accepts.",
  },
  window: {
    kind: "duration",
    minMs: 60,
    default: DEFAULTS.window,
    about: "How far back attempts count. After an outage it takes a few of these to recover.",
  },
  floor: {
    kind: "number",
    min: 0,
    max: 1_000_000,
    unit: "1/s",
    default: DEFAULTS.floor,
    about: "Attempts per second that may go out however little is accepted.",
  },
} satisfies TableOf<ClientThrottleOptions> & FieldTable;
