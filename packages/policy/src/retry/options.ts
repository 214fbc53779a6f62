import type { Duration, FieldTable, TableOf } from "../options/field.ts";
import { type RetryBudgetOptions, retryBudgetTable } from "../retry-budget/options.ts";
import { BACKOFF, RETRY } from "./resolve.ts";

export type Jitter = "none" | "full" | "equal" | "decorrelated";

/**
 * How long to wait before attempt n + 1, after n attempts have failed (n = 1, 2, ...), before jitter:
 * - constant: base
 * - linear: base x n
 * - exponential: base x factor^(n - 1)
 * - decorrelated: uniform between base and factor x the previous delay
 * and never more than `cap`.
 */
export interface BackoffOptions {
  kind?: "constant" | "linear" | "exponential" | "decorrelated";
  base?: Duration;
  cap?: Duration;
  factor?: number;
  jitter?: Jitter;
}

export interface RetryOptions {
  /** All tries, the first included: `attempts: 3` is one call and at most two more. */
  attempts: number;
  backoff?: BackoffOptions;
  /** Bounds what retries may add to the load. Off unless set. */
  budget?: RetryBudgetOptions;
  /** A delay told by the server (Retry-After): "respect" waits at least that long, "ignore" does not look at it. */
  serverDelay?: "respect" | "ignore";
  /** Told to wait longer than this, the call gives up instead of knocking early. */
  serverDelayCap?: Duration;
}

const backoffTable = {
  kind: {
    kind: "choice",
    choices: ["constant", "linear", "exponential", "decorrelated"],
    default: BACKOFF.kind,
    about: "How the delay grows from one attempt to the next.",
  },
  base: {
    kind: "duration",
    default: BACKOFF.base,
    about: "The first delay, before jitter; 0 retries at once.",
  },
  cap: { kind: "duration", default: BACKOFF.cap, about: "No delay is longer than this." },
  factor: {
    kind: "number",
    min: 1,
    max: 100,
    about: "Growth per attempt: 2 for exponential, 3 for decorrelated unless set.",
  },
  jitter: {
    kind: "choice",
    choices: ["none", "full", "equal", "decorrelated"],
    about: "How the delay is spread: full unless set.",
  },
} satisfies TableOf<BackoffOptions>;

export const retryTable = {
  attempts: {
    kind: "number",
    integer: true,
    min: 1,
    max: 100,
    unit: "attempts",
    required: true,
    about: "All tries, the first included.",
  },
  backoff: { kind: "object", fields: backoffTable, about: "The wait between attempts." },
  budget: {
    kind: "object",
    fields: retryBudgetTable,
    about: "Bounds what retries may add to the load.",
  },
  serverDelay: {
    kind: "choice",
    choices: ["respect", "ignore"],
    default: RETRY.serverDelay,
    about: "Whether a delay told by the server (Retry-After) is waited for.",
  },
  serverDelayCap: {
    kind: "duration",
    default: RETRY.serverDelayCap,
    about: "Told to wait longer than this, give up instead.",
  },
} as const satisfies TableOf<RetryOptions> & FieldTable;
