import type { Clock } from "../clock/clock.ts";
import { realClock } from "../clock/real-clock.ts";
import { type LatencyOption, latencyOf, seedOf, shareOf } from "./options.ts";
import { uniformFor } from "./random.ts";

export interface ChaosOptions {
  /** A whole number: the same seed disturbs the same calls in the same way. */
  readonly seed: number;
  /** Added before each call; none unless given. */
  readonly latency?: LatencyOption;
  /** Share of calls that fail with a ChaosError instead of being made; 0 unless given. */
  readonly errorRate?: number;
  /** Share of calls that are never answered; those with a signal end when it is aborted. 0 unless given. */
  readonly hangRate?: number;
  /** The real clock unless given. */
  readonly clock?: Clock;
}

/** What a call fails with that chaos has struck. */
export class ChaosError extends Error {
  override readonly name = "ChaosError";
}

interface HasSignal {
  readonly signal?: AbortSignal;
}

/**
 * Disturbs functions on purpose, the same way in each run. Each function is disturbed by its own count of calls: the
 * nth call of a function meets the same fate whatever other functions do, and a changed rate leaves the draws of the
 * other rates as they were.
 * @throws RangeError when an option is not in its range
 */
export function chaos(
  options: ChaosOptions,
): <A extends unknown[], T>(disturbed: (...args: A) => T) => (...args: A) => Promise<Awaited<T>> {
  const { latency = 0, errorRate = 0, hangRate = 0, clock = realClock } = options;
  const seed = seedOf(options.seed);
  const latencyAt = latencyOf("latency", latency);
  const errors = shareOf("errorRate", errorRate);
  const hangs = shareOf("hangRate", hangRate);
  return (disturbed) => {
    let calls = 0;
    return async (...args): Promise<Awaited<ReturnType<typeof disturbed>>> => {
      const call = ++calls;
      const signal = signalOf(args[0]);
      if (uniformFor(seed, "hang", call) < hangs) return hang(signal);
      const delayMs = latencyAt(uniformFor(seed, "latency", call));
      if (delayMs > 0) await pause(clock, delayMs, signal);
      if (uniformFor(seed, "error", call) < errors) {
        throw new ChaosError(`call ${call} was made to fail`);
      }
      return await disturbed(...args);
    };
  };
}

function signalOf(context: unknown): AbortSignal | undefined {
  if (typeof context !== "object" || context === null) return undefined;
  const { signal } = context as HasSignal;
  return signal instanceof AbortSignal ? signal : undefined;
}

function hang(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    else signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Waits, unless the signal ends it: then rejects with the signal's reason, and leaves no timer behind. */
function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clock.cancel(scheduled);
      reject(signal?.reason);
    };
    const scheduled = clock.schedule(clock.now() + ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
