import { type Duration, parseDuration } from "@breakwater/policy";

/** Always the same, or evenly spread between two durations. */
export type LatencyOption = Duration | { readonly min: Duration; readonly max: Duration };

/** @throws RangeError that names the option */
export function durationMs(name: string, value: Duration): number {
  const ms = parseDuration(value);
  if (ms === undefined) throw new RangeError(`${name}: ${String(value)} is not a duration`);
  return ms;
}

/** What takes a uniform number to a latency in milliseconds. */
export function latencyOf(name: string, latency: LatencyOption): (uniform: number) => number {
  if (typeof latency !== "object") {
    const fixedMs = durationMs(name, latency);
    return () => fixedMs;
  }
  const minMs = durationMs(`${name}.min`, latency.min);
  const maxMs = durationMs(`${name}.max`, latency.max);
  if (maxMs < minMs) throw new RangeError(`${name}: min is greater than max`);
  return (uniform) => minMs + uniform * (maxMs - minMs);
}

/** @throws RangeError that names the option */
export function shareOf(name: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw new RangeError(`${name}: ${value} is not a share from 0 to 1`);
}

/** @throws RangeError that names the option */
export function seedOf(seed: number): number {
  if (Number.isSafeInteger(seed)) return seed;
  throw new RangeError(`seed: ${seed} is not a whole number`);
}
