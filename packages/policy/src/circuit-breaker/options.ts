import type { Duration, FieldTable, TableOf } from "../options/field.ts";
import { GROWING_OPEN_FOR, HALF_OPEN, OPEN_FOR, RECOVERY, WINDOWS } from "./resolve.ts";

export type WindowOptions =
  | { kind: "consecutive"; failures?: number }
  | { kind: "count"; size?: number }
  | { kind: "time"; size?: Duration; buckets?: number };

/** How long the circuit stays open: a duration, or one that grows each time it re-opens without having closed. */
export type OpenForOptions = Duration | { base?: Duration; factor?: number; cap?: Duration };

export interface HalfOpenOptions {
  trials?: number;
  failureRate?: number;
  deadline?: Duration;
}

export interface RecoveryOptions {
  steps?: readonly number[];
  stepFor?: Duration;
  minimumCalls?: number;
}

export interface HangingOptions {
  longerThan: Duration;
}

export interface CircuitBreakerOptions {
  window?: WindowOptions;
  failureRate?: number;
  slowerThan?: Duration;
  slowRate?: number;
  minimumCalls?: number;
  openFor?: OpenForOptions;
  halfOpen?: HalfOpenOptions;
  /** After good trials, lets out a growing share of attempts before it closes. Off unless set. */
  recovery?: RecoveryOptions;
  /** Counts attempts as failed while they are still out. Off unless set. */
  hanging?: HangingOptions;
}

const halfOpenTable = {
  trials: {
    kind: "number",
    integer: true,
    min: 1,
    max: 10_000,
    unit: "attempts",
    default: HALF_OPEN.trials,
    about:
      "Attempts let through to judge the dependency; all others are short-circuited meanwhile.",
  },
  failureRate: {
    kind: "number",
    min: 0,
    aboveMin: true,
    max: 1,
    unit: "share",
    about:
      "Share of failed trials that re-opens the circuit; the breaker's own failureRate unless set, and any failure with a consecutive window.",
  },
  deadline: {
    kind: "duration",
    minMs: 1,
    default: HALF_OPEN.deadline,
    about: "Trials still out this long after the first of them went out count as failed.",
  },
} satisfies TableOf<HalfOpenOptions>;

const recoveryTable = {
  steps: {
    kind: "list",
    minItems: 1,
    maxItems: 100,
    item: {
      kind: "number",
      min: 0,
      aboveMin: true,
      max: 1,
      unit: "share",
      about: "Share of attempts let out in one step.",
    },
    default: RECOVERY.steps,
    about:
      "Shares of attempts let out, each greater than the one before: 0.01, 0.05, 0.25, 1 unless set.",
  },
  stepFor: {
    kind: "duration",
    minMs: 1,
    default: RECOVERY.stepFor,
    about: "How long each step takes.",
  },
  minimumCalls: {
    kind: "number",
    integer: true,
    min: 1,
    max: 1_000_000,
    unit: "attempts",
    about:
      "No rate is judged on fewer attempts of a step: 5 unless set, the window's size if that is smaller. Not with a consecutive window.",
  },
} satisfies TableOf<RecoveryOptions>;

const hangingTable = {
  longerThan: {
    kind: "duration",
    minMs: 1,
    required: true,
    about: "An attempt that is out so long counts as failed, before it ends.",
  },
} satisfies TableOf<HangingOptions>;

export const circuitBreakerTable = {
  window: {
    kind: "variant",
    tag: "kind",
    defaultVariant: WINDOWS.time.kind,
    variants: {
      consecutive: {
        failures: {
          kind: "number",
          integer: true,
          min: 1,
          max: 1_000_000,
          unit: "attempts",
          default: WINDOWS.consecutive.failures,
          about: "Failures in a row that open the circuit.",
        },
      },
      count: {
        size: {
          kind: "number",
          integer: true,
          min: 1,
          max: 1_000_000,
          unit: "attempts",
          default: WINDOWS.count.size,
          about: "How many of the latest attempts are judged.",
        },
      },
      time: {
        size: {
          kind: "duration",
          minMs: 1,
          default: WINDOWS.time.size,
          about: "How far back attempts are judged.",
        },
        buckets: {
          kind: "number",
          integer: true,
          min: 1,
          max: 1000,
          default: WINDOWS.time.buckets,
          about: "Slices of the window; one slice at a time grows too old.",
        },
      },
    },
    about: "Which past attempts are judged.",
  },
  failureRate: {
    kind: "number",
    min: 0,
    aboveMin: true,
    max: 1,
    unit: "share",
    about:
      "Share of failed attempts in the window that opens the circuit; 0.5 unless set. Not with a consecutive window.",
  },
  slowerThan: {
    kind: "duration",
    minMs: 1,
    about: "An attempt that takes longer is slow. Needs slowRate.",
  },
  slowRate: {
    kind: "number",
    min: 0,
    aboveMin: true,
    max: 1,
    unit: "share",
    about: "Share of slow attempts in the window that opens the circuit. Needs slowerThan.",
  },
  minimumCalls: {
    kind: "number",
    integer: true,
    min: 1,
    max: 1_000_000,
    unit: "attempts",
    about:
      "No rate is judged on fewer attempts: 20 unless set, the window's size if that is smaller.",
  },
  openFor: {
    kind: "either",
    options: [
      { kind: "duration", minMs: 1, about: "How long the circuit stays open." },
      {
        kind: "object",
        about: "Grows each time the circuit re-opens without having closed.",
        fields: {
          base: {
            kind: "duration",
            minMs: 1,
            default: GROWING_OPEN_FOR.base,
            about: "The first open time.",
          },
          factor: {
            kind: "number",
            min: 1,
            max: 100,
            default: GROWING_OPEN_FOR.factor,
            about: "Growth per re-opening.",
          },
          cap: {
            kind: "duration",
            minMs: 1,
            default: GROWING_OPEN_FOR.cap,
            about: "The longest open time.",
          },
        },
      },
    ],
    default: OPEN_FOR,
    about: "How long the circuit stays open before trials.",
  },
  halfOpen: { kind: "object", fields: halfOpenTable, about: "How recovery is tried." },
  recovery: {
    kind: "object",
    fields: recoveryTable,
    about: "After good trials, lets out a growing share of attempts before it closes.",
  },
  hanging: {
    kind: "object",
    fields: hangingTable,
    about: "Counts attempts as failed while they are still out.",
  },
} satisfies TableOf<CircuitBreakerOptions> & FieldTable;
