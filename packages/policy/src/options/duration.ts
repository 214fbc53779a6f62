import type { Duration } from "./field.ts";

/** Unit -> how many milliseconds, as factor x 10^exponent: shifting decimals in text keeps "1.1s" exactly 1100. */
const UNITS: Readonly<Record<string, readonly [factor: number, exponent: number]>> = {
  d: [864, 5],
  h: [36, 5],
  min: [6, 4],
  m: [6, 4],
  s: [1, 3],
  ms: [1, 0],
  us: [1, -3],
};

const DURATION = /^(\d{1,20}(?:\.\d{1,20})?) ?(us|ms|s|min|m|h|d)$/;

/**
 * Milliseconds of a duration: a number of milliseconds, or text with one of the units us, ms, s, min (or m), h, d.
 * undefined when it is neither, negative or not finite.
 */
export function parseDuration(value: Duration): number | undefined {
  if (typeof value === "number") return value >= 0 && value < Infinity ? value : undefined;
  const match = typeof value === "string" ? DURATION.exec(value) : null;
  const [factor, exponent] = UNITS[match?.[2] ?? ""] ?? [1, 0];
  return match ? Number(`${match[1]}e${exponent}`) * factor : undefined;
}

const PRINTED = ["d", "h", "min", "s", "ms", "us"] as const;

/** The shortest text that means exactly this many milliseconds: "300ms", "1.5s", "5min"; "0ms" for 0. */
export function formatDuration(ms: number): string {
  let best: string | undefined;
  for (const unit of PRINTED) {
    const [factor, exponent] = UNITS[unit] as readonly [number, number];
    const amount = ms / factor / 10 ** exponent;
    const text = `${Number(amount.toPrecision(15))}${unit}`;
    const faithful = amount >= 1 && parseDuration(text) === ms;
    if (faithful && (best === undefined || text.length < best.length)) best = text;
  }
  return best ?? `${ms}ms`;
}
