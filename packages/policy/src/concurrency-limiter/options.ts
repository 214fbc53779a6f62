import { type QueueOptions, queueTable } from "../bulkhead/options.ts";
import type { Duration, FieldTable, TableOf } from "../options/field.ts";
import { AIMD, GRADIENT, LATENCY, LIMIT } from "./resolve.ts";

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

export interface GradientOptions extends LatencyOptions {
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
