import { resolveQueue } from "../bulkhead/resolve.ts";
import { filled } from "../options/fill.ts";
import type { ResolvedAlgorithm, ResolvedConcurrencyLimiter, ResolvedLimit } from "./machine.ts";
import type {
  AdaptiveLimitOptions,
  ConcurrencyLimiterOptions,
  GradientOptions,
  LimitAlgorithmOptions,
} from "./options.ts";

export const LIMIT = { min: 1, max: 200 } as const;
export const LATENCY = {
  window: "500ms",
  minimumSamples: 10,
  probeEvery: "1min",
  maxRise: 4,
} as const;
export const GRADIENT = { kind: "gradient", tolerance: 1.5, headroom: 4, smoothing: 0.2 } as const;
export const AIMD = { backoff: 0.9 } as const;

const INITIAL_UNLESS_SET = 20;

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
