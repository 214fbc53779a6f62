import { ManualClock } from "../src/clock/manual-clock.ts";
import { type PolicyOptions, policy } from "../src/index.ts";

/** A policy on a clock of its own that passes by hand. */
export function make(options: PolicyOptions) {
  const clock = new ManualClock();
  return { clock, subject: policy(options, { clock, random: () => 0.5 }) };
}

export const never = () => new Promise<never>(() => {});

/** Answers after some time, whatever its signal says. */
export function answer<T>(clock: ManualClock, afterMs: number, value: T): Promise<T> {
  return new Promise((resolve) => clock.schedule(clock.now() + afterMs, () => resolve(value)));
}

export function fail(clock: ManualClock, afterMs: number, error: unknown): Promise<never> {
  return new Promise((_, reject) => clock.schedule(clock.now() + afterMs, () => reject(error)));
}

/** Three attempts, 100 and 200 ms apart. */
export const RETRY = { attempts: 3, backoff: { base: "100ms", jitter: "none" } } as const;
