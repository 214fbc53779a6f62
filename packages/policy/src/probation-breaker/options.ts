import type { Duration, FieldTable, TableOf } from "../options/field.ts";
import { DEFAULTS } from "./resolve.ts";

export interface ProbationBreakerOptions {
  /** Length of the probation that the first error begins. */
  halfFor?: Duration;
  /** Consecutive errors within a probation that open the circuit (the first one included). */
  failures?: number;
  /** Share of errors within a probation that opens the circuit, once `minimumCalls` were seen in it. */
  failureRate?: number;
  minimumCalls?: number;
  /** How long nothing is let through; starts over when the trial after it fails. */
  openFor?: Duration;
  /** A trial not answered in this time counts as failed. */
  trialDeadline?: Duration;
}

export const probationBreakerTable = {
  halfFor: {
    kind: "duration",
    minMs: 1,
    default: DEFAULTS.halfFor,
    about: "Length of the probation that the first error begins.",
  },
  failures: {
    kind: "number",
    integer: true,
    min: 1,
    max: 1_000_000,
    unit: "attempts",
    default: DEFAULTS.failures,
    about: "Errors in a row within a probation that open the circuit, the first one included.",
  },
  failureRate: {
    kind: "number",
    min: 0,
    aboveMin: true,
    max: 1,
    unit: "share",
    default: DEFAULTS.failureRate,
    about: "Share of errors within a probation that opens the circuit.",
  },
  minimumCalls: {
    kind: "number",
    integer: true,
    min: 1,
    max: 1_000_000,
    unit: "attempts",
    default: DEFAULTS.minimumCalls,
    about: "The share is not judged on fewer attempts in the probation.",
  },
  openFor: {
    kind: "duration",
    minMs: 1,
    default: DEFAULTS.openFor,
    about: "How long nothing is let through; starts over when the trial after it fails.",
  },
  trialDeadline: {
    kind: "duration",
    minMs: 1,
    default: DEFAULTS.trialDeadline,
    about: "A trial not answered in this time counts as failed.",
  },
} satisfies TableOf<ProbationBreakerOptions> & FieldTable;
