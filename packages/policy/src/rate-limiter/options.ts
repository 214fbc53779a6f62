import type { Duration, FieldTable, TableOf } from "../options/field.ts";
import { DEFAULTS } from "./resolve.ts";

export interface RateLimiterOptions {
  /** How permits come: evenly, with bursts (tokenBucket), or no more than so many in any stretch of time. */
  kind?: "tokenBucket" | "slidingWindow";
  /** Attempts per `per`. */
  limit: number;
  per?: Duration;
  /** With tokenBucket: attempts that may go out at once after a quiet time. */
  burst?: number;
  /** How long an attempt may wait for its turn. */
  maxWait?: Duration;
}

export const rateLimiterTable = {
  kind: {
    kind: "choice",
    choices: ["tokenBucket", "slidingWindow"],
    default: DEFAULTS.kind,
    about: "Permits that come evenly and may be saved up, or so many in any stretch of time.",
  },
  limit: {
    kind: "number",
    integer: true,
    min: 1,
    max: 1_000_000,
    unit: "attempts",
    required: true,
    about: "Attempts per `per`.",
  },
  per: {
    kind: "duration",
    minMs: 1,
    default: DEFAULTS.per,
    about: "The time that `limit` is for.",
  },
  burst: {
    kind: "number",
    integer: true,
    min: 1,
    max: 1_000_000,
    unit: "attempts",
    about:
      "Attempts that may go out at once after a quiet time: `limit` unless set. Not with slidingWindow.",
  },
  maxWait: {
    kind: "duration",
    default: DEFAULTS.maxWait,
    about: "How long an attempt may wait for its turn; 0 refuses at once.",
  },
} satisfies TableOf<RateLimiterOptions> & FieldTable;
