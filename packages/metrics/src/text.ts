/**
 * Numbers as reports show them: at most 3 significant digits, always with a unit, thousands with commas, and
 * shares cut off, never rounded up. Written by hand, because the digits that Intl prints depend on where it runs.
 */

/** A whole number: "24,018". */
export function formatCount(count: number): string {
  const digits = Math.round(Math.abs(count)).toFixed(0);
  const sign = count <= -0.5 ? "-" : "";
  return sign + digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Per second: "12.3/s". */
export function formatRate(perSecond: number): string {
  return `${threeDigits(perSecond)}/s`;
}

/** A factor: "1.08x". */
export function formatFactor(factor: number): string {
  return `${threeDigits(factor)}x`;
}

const UNITS = [
  { unit: "ms", ms: 1 },
  { unit: "s", ms: 1000 },
  { unit: "min", ms: 60_000 },
  { unit: "h", ms: 3_600_000 },
] as const;

/** A duration, in the smallest of ms, s, min and h that needs no more than three digits before the point: "1.23 s". */
export function formatMs(durationMs: number): string {
  for (const { unit, ms } of UNITS) {
    // Rounded first: 999.6 ms is "1 s", not "1000 ms".
    if (Math.abs(rounded(durationMs / ms)) < 1000) return `${threeDigits(durationMs / ms)} ${unit}`;
  }
  return `${threeDigits(durationMs / 3_600_000)} h`;
}

/**
 * A share of 1 in percent, cut off after two decimals: 0.99999 is "99.99 %", since only all of them are 100 %;
 * what is there but too little to show is "< 0.01 %".
 */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.0001) return "< 0.01 %";
  // The small addition undoes binary fractions just below the decimal that is meant: 0.29 x 10,000 = 2,899.9999999999995.
  const hundredths = Math.floor(share * 10_000 + 1e-9);
  return `${(share < 1 ? Math.min(hundredths, 9999) : hundredths) / 100} %`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function threeDigits(value: number): string {
  return Math.abs(value) >= 1000 ? formatCount(rounded(value)) : String(rounded(value));
}

/** A duration as people write it in a scenario, with every digit: "800ms", "1.5s". */
export function formatExactMs(durationMs: number): string {
  return durationMs < 1000 ? `${durationMs}ms` : `${durationMs / 1000}s`;
}
