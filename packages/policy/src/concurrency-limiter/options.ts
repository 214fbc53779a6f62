import { type QueueOptions, queueTable, resolveQueue } from "../bulkhead/options.ts";
import type { Duration, FieldTable, Problem, TableOf } from "../options/field.ts";
import { filled } from "../options/fill.ts";
import type { ResolvedAlgorithm, ResolvedConcurrencyLimiter, ResolvedLimit } from "./machine.ts";

interface LatencyOptions {
  window?: Duration;
  minimumSamples?: number;
  probeEvery?: Duration;
  maxRise?: number;
}

interface AimdOptions {
  kind: "aimd";
  backoff?: number;
  slowerThan?: Duration;
}

interface VegasOptions extends LatencyOptions {
  kind: "vegas";
}

interface GradientOptions extends LatencyOptions {
  kind?: "gradient";
  tolerance?: number;
  headroom?: number;
  smoothing?: number;
}

export type LimitAlgorithmOptions = AimdOptions | VegasOptions | GradientOptions;

/** A limit that moves, for whoever enforces one. */
export interface AdaptiveLimitOptions {
  algorithm?: LimitAlgorithmOptions;
  initial?: number;
  min?: number;
  max?: number;
}

export interface ConcurrencyLimiterOptions extends AdaptiveLimitOptions {
  queue?: QueueOptions;
}

const LIMIT = { min: 1, max: 200 } as const;
const LATENCY = { window: "500ms", minimumSamples: 10, probeEvery: "1min", maxRise: 4 } as const;
const GRADIENT = { kind: "gradient", tolerance: 1.5, headroom: 4, smoothing: 0.2 } as const;
const AIMD = { backoff: 0.9 } as const;

const latencyFields = {
  window: {
    kind: "duration",
    minMs: 1,
    default: LATENCY.window,
    about: "The limit moves once per window, which lasts at least so long.",
  },
  minimumSamples: {
    kind: "number",
    integer: true,
    min: 1,
    max: 100_000,
    unit: "attempts",
    default: LATENCY.minimumSamples,
    about: "A window does not end before so many attempts have ended in it.",
  },
  probeEvery: {
    kind: "duration",
    minMs: 1,
    default: LATENCY.probeEvery,
    about:
      "When nothing has confirmed the latency without queueing for so long, it is measured: for one window the limit is a quarter.",
  },
  maxRise: {
    kind: "number",
    min: 1,
    max: 1000,
    unit: "times",
    default: LATENCY.maxRise,
    about:
      "The latency taken for normal never exceeds so many times the lowest that was measured, however long an incident lasts.",
  },
} satisfies TableOf<LatencyOptions> & FieldTable;

const aimdFields = {
  backoff: {
    kind: "number",
    min: 0.1,
    max: 0.99,
    unit: "share",
    default: AIMD.backoff,
    about: "What is left of the limit after a dropped attempt.",
  },
  slowerThan: {
    kind: "duration",
    minMs: 1,
    about: "An answer that takes longer counts as dropped; off unless set.",
  },
} satisfies TableOf<Omit<AimdOptions, "kind">> & FieldTable;

const gradientFields = {
  tolerance: {
    kind: "number",
    min: 1,
    max: 100,
    unit: "times",
    default: GRADIENT.tolerance,
    about: "Latency up to so many times that without queueing is no reason to shrink.",
  },
  headroom: {
    kind: "number",
    aboveMin: true,
    min: 0,
    max: 1000,
    unit: "attempts",
    default: GRADIENT.headroom,
    about: "Attempts that each window adds; the square root of the limit if that is less.",
  },
  smoothing: {
    kind: "number",
    aboveMin: true,
    min: 0,
    max: 1,
    unit: "share",
    default: GRADIENT.smoothing,
    about: "Share of the way down that is gone in one window.",
  },
  ...latencyFields,
} satisfies TableOf<Omit<GradientOptions, "kind">> & FieldTable;

const limit = {
  kind: "number",
  integer: true,
  min: 1,
  max: 1_000_000,
  unit: "attempts",
} as const;

const INITIAL_UNLESS_SET = 20;

export const adaptiveLimitTable = {
  algorithm: {
    kind: "variant",
    tag: "kind",
    defaultVariant: GRADIENT.kind,
    variants: { gradient: gradientFields, vegas: latencyFields, aimd: aimdFields },
    default: {},
    about: "How the limit is found; gradient unless set.",
  },
  initial: {
    ...limit,
    about: "The limit to begin with: 20 unless set, or as near to it as `min` and `max` allow.",
  },
  min: { ...limit, default: LIMIT.min, about: "The limit never goes below this." },
  max: { ...limit, default: LIMIT.max, about: "The limit never goes above this." },
} satisfies TableOf<AdaptiveLimitOptions> & FieldTable;

export const concurrencyLimiterTable = {
  ...adaptiveLimitTable,
  queue: {
    kind: "object",
    fields: queueTable,
    default: {},
    about: "Who may wait for a place, and how long.",
  },
} satisfies TableOf<ConcurrencyLimiterOptions> & FieldTable;

export function resolveConcurrencyLimiter(
  options: ConcurrencyLimiterOptions,
): ResolvedConcurrencyLimiter {
  return { ...resolveLimit(options), queue: resolveQueue(options.queue) };
}

export function resolveLimit(options: AdaptiveLimitOptions): ResolvedLimit {
  const { min, max, initial } = filled(options, LIMIT);
  return {
    algorithm: resolveAlgorithm(options.algorithm),
    initial: initial ?? Math.min(max, Math.max(min, INITIAL_UNLESS_SET)),
    min,
    max,
  };
}

function resolveAlgorithm(options: LimitAlgorithmOptions = {}): ResolvedAlgorithm {
  if (options.kind === "aimd") {
    const { kind, backoff, slowerThan = Infinity } = filled(options, AIMD);
    return { kind, backoff, slowerThanMs: slowerThan };
  }
  const { window, probeEvery, ...rest } = filled(
    options as GradientOptions,
    options.kind === "vegas" ? LATENCY : { ...GRADIENT, ...LATENCY },
  );
  return { ...rest, windowMs: window, probeEveryMs: probeEvery } as ResolvedAlgorithm;
}

/** What is wrong with the bounds of a limit though each is well formed. */
export function checkLimit({ initial, min, max }: AdaptiveLimitOptions, path: string): Problem[] {
  const at = (key: string) => (path === "" ? key : `${path}.${key}`);
  const problems: Problem[] = [];
  if (min !== undefined && max !== undefined && max < min) {
    problems.push({
      path: at("max"),
      value: max,
      message: `the highest limit is below the lowest (${min})`,
      allowed: `${min} or more`,
      fix: `write max: ${min}, or change min`,
    });
  }
  if (initial === undefined) return problems;
  if (max !== undefined && initial > max) {
    problems.push({
      path: at("initial"),
      value: initial,
      message: `the first limit is above the highest (${max})`,
      allowed: `${max} or less`,
      fix: `write initial: ${max}, or change max`,
    });
  } else if (min !== undefined && initial < min) {
    problems.push({
      path: at("initial"),
      value: initial,
      message: `the first limit is below the lowest (${min})`,
      allowed: `${min} or more`,
      fix: `write initial: ${min}, or change min`,
    });
  }
  return problems;
}
