import { outlierDetectionBare } from "../bare/tables.ts";
import { InvalidOptionsError } from "../errors.ts";
import type { Duration, FieldTable, ObjectField, TableOf } from "../options/field.ts";
import { check } from "../options/validate.ts";
import type { ResolvedOutlierDetection } from "./resolved.ts";

export interface ConsecutiveRuleOptions {
  failures?: number;
  enforce?: boolean;
}

export interface SuccessRateRuleOptions {
  stdevFactor?: number;
  minimumHosts?: number;
  minimumCalls?: number;
  enforce?: boolean;
}

export interface FailureRateRuleOptions {
  limit?: number;
  minimumHosts?: number;
  minimumCalls?: number;
  enforce?: boolean;
}

/** The defaults are those of Envoy's outlier detection. */
export interface OutlierDetectionOptions {
  interval?: Duration;
  baseEjection?: Duration;
  maxEjection?: Duration;
  maxEjectedShare?: number;
  consecutive?: ConsecutiveRuleOptions;
  successRate?: SuccessRateRuleOptions;
  failureRate?: FailureRateRuleOptions;
}

const ENFORCE = "Ejects; otherwise what would have been ejected is only told.";

function minimum(count: number, unit: string, about: string) {
  return {
    kind: "number",
    integer: true,
    min: 1,
    max: 1_000_000,
    unit,
    default: count,
    about,
  } as const;
}

const MINIMUM_HOSTS = "The rule needs so many hosts with enough calls in the interval.";
const MINIMUM_CALLS = "A host with fewer calls in the interval is not judged by the rule.";

const consecutiveTable = {
  failures: minimum(5, "calls", "Failures in a row that make a host an outlier, at once."),
  enforce: { kind: "boolean", default: true, about: ENFORCE },
} satisfies TableOf<ConsecutiveRuleOptions>;

const successRateTable = {
  stdevFactor: {
    kind: "number",
    min: 0,
    max: 100,
    default: 1.9,
    about:
      "A host is an outlier below the mean success rate of all hosts minus so many standard deviations.",
  },
  minimumHosts: minimum(5, "hosts", MINIMUM_HOSTS),
  minimumCalls: minimum(100, "calls", MINIMUM_CALLS),
  enforce: { kind: "boolean", default: true, about: ENFORCE },
} satisfies TableOf<SuccessRateRuleOptions>;

const failureRateTable = {
  limit: {
    kind: "number",
    min: 0,
    aboveMin: true,
    max: 1,
    unit: "share",
    default: 0.85,
    about: "A host is an outlier when so large a share of its calls failed, or a larger one.",
  },
  minimumHosts: minimum(5, "hosts", MINIMUM_HOSTS),
  minimumCalls: minimum(50, "calls", MINIMUM_CALLS),
  enforce: { kind: "boolean", default: false, about: ENFORCE },
} satisfies TableOf<FailureRateRuleOptions>;

export const outlierDetectionTable = {
  interval: {
    kind: "duration",
    minMs: 1,
    default: "10s",
    about: "How often the rates of all hosts are compared.",
  },
  baseEjection: {
    kind: "duration",
    minMs: 1,
    default: "30s",
    about: "How long the first ejection lasts; the n-th in a row lasts n times as long.",
  },
  maxEjection: {
    kind: "duration",
    minMs: 1,
    default: "5min",
    about: "The longest ejection.",
  },
  maxEjectedShare: {
    kind: "number",
    min: 0,
    max: 1,
    unit: "share",
    default: 0.1,
    about:
      "No more than this share of the hosts is ejected at the same time, but always one may be.",
  },
  consecutive: {
    kind: "object",
    fields: consecutiveTable,
    default: {},
    about: "Failures in a row.",
  },
  successRate: {
    kind: "object",
    fields: successRateTable,
    default: {},
    about: "A success rate far below that of the others.",
  },
  failureRate: {
    kind: "object",
    fields: failureRateTable,
    default: {},
    about: "A large share of failures, whatever the others do.",
  },
} satisfies TableOf<OutlierDetectionOptions> & FieldTable;

const field: ObjectField = { kind: "object", fields: outlierDetectionBare, about: "" };

/** The options as `check` leaves them: defaults filled in, durations in milliseconds. */
type Checked = Omit<ResolvedOutlierDetection, "intervalMs" | "baseEjectionMs" | "maxEjectionMs"> & {
  interval: number;
  baseEjection: number;
  maxEjection: number;
};

/**
 * Checks the options and fills in the defaults.
 * @throws InvalidOptionsError that lists everything that is wrong
 */
export function resolveOutlierDetection(
  options: OutlierDetectionOptions = {},
): ResolvedOutlierDetection {
  const checked = check(field, options);
  if (!checked.ok) throw new InvalidOptionsError(checked.problems);
  const { interval, baseEjection, maxEjection, ...rest } = checked.value as Checked;
  if (maxEjection < baseEjection) {
    throw new InvalidOptionsError([
      {
        path: "maxEjection",
        value: options.maxEjection,
        message: "the longest ejection is shorter than the first one",
        allowed: "at least baseEjection",
        fix: "raise maxEjection or lower baseEjection",
      },
    ]);
  }
  return {
    ...rest,
    intervalMs: interval,
    baseEjectionMs: baseEjection,
    maxEjectionMs: maxEjection,
  };
}
