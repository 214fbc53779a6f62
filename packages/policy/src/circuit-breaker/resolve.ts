import type { Duration } from "../options/field.ts";
import { filled, msOf } from "../options/fill.ts";
import type { CircuitBreakerOptions, RecoveryOptions, WindowOptions } from "./options.ts";
import type { ResolvedCircuitBreaker, ResolvedRecovery } from "./resolved.ts";

const NEVER = Number.POSITIVE_INFINITY;

export const OPEN_FOR = "10s";
export const GROWING_OPEN_FOR = { base: "10s", factor: 2, cap: "5min" } as const;
export const HALF_OPEN = { trials: 1, deadline: "30s" } as const;
export const RECOVERY = { steps: [0.01, 0.05, 0.25, 1], stepFor: "5s" } as const;
export const WINDOWS = {
  consecutive: { failures: 5 },
  count: { size: 100 },
  time: { kind: "time", size: "10s", buckets: 10 },
} as const;

const RATE_UNLESS_SET = 0.5;
const MINIMUM_CALLS_UNLESS_SET = 20;
/** A step lets out few attempts: waiting for more would let a step pass that is bad. */
const STEP_CALLS_UNLESS_SET = 5;

export function resolveCircuitBreaker(options: CircuitBreakerOptions): ResolvedCircuitBreaker {
  const { openFor = OPEN_FOR, failureRate, slowRate = NEVER, minimumCalls } = options;
  const window = resolveWindow(options.window);
  const consecutive = window.kind === "consecutive";
  const growing = typeof openFor === "object" ? filled(openFor, GROWING_OPEN_FOR) : undefined;
  const halfOpen = filled(options.halfOpen, HALF_OPEN);
  const { trials } = halfOpen;
  const rate = consecutive ? NEVER : (failureRate ?? RATE_UNLESS_SET);
  const atMost = window.kind === "count" ? window.size : NEVER;
  return {
    window,
    failureRate: rate,
    slowerThanMs: msOf(options.slowerThan),
    slowRate,
    minimumCalls: minimumCalls ?? Math.min(MINIMUM_CALLS_UNLESS_SET, atMost),
    openForMs: growing?.base ?? msOf(openFor as Duration),
    openFactor: growing?.factor ?? 1,
    openCapMs: growing?.cap ?? NEVER,
    trials,
    trialFailureRate: halfOpen.failureRate ?? (consecutive ? 1 / trials : rate),
    trialDeadlineMs: halfOpen.deadline,
    recovery: options.recovery && resolveRecovery(options.recovery, atMost),
    hangingMs: msOf(options.hanging?.longerThan),
  };
}

function resolveRecovery(options: RecoveryOptions, atMost: number): ResolvedRecovery {
  const { steps, stepFor, minimumCalls } = filled(options, RECOVERY);
  return {
    steps,
    stepForMs: stepFor,
    minimumCalls: minimumCalls ?? Math.min(STEP_CALLS_UNLESS_SET, atMost),
  };
}

function resolveWindow(window: WindowOptions = WINDOWS.time): ResolvedCircuitBreaker["window"] {
  if (window.kind === "consecutive") return filled(window, WINDOWS.consecutive);
  if (window.kind === "count") return filled(window, WINDOWS.count);
  const { kind, size, buckets } = filled(window, WINDOWS.time);
  return { kind, sizeMs: size, buckets };
}
