import fc from "fast-check";
import { expect, test } from "vitest";
import {
  formatCount,
  formatExactMs,
  formatFactor,
  formatMs,
  formatRate,
  formatShare,
} from "./text.ts";

test("counts have commas", () => {
  expect([0, 999, 1000, 24_018, 1_234_567].map(formatCount)).toEqual([
    "0",
    "999",
    "1,000",
    "24,018",
    "1,234,567",
  ]);
  expect(formatCount(-1500)).toBe("-1,500");
});

test("durations have three digits and the unit that fits", () => {
  const cases: [number, string][] = [
    [0, "0 ms"],
    [0.1234, "0.123 ms"],
    [612.4, "612 ms"],
    [999.6, "1 s"],
    [1234, "1.23 s"],
    [30_000, "30 s"],
    [999_600, "16.7 min"],
    [86_400_000, "24 h"],
  ];
  for (const [ms, text] of cases) expect(formatMs(ms)).toBe(text);
  expect([800, 1500, 2000].map(formatExactMs)).toEqual(["800ms", "1.5s", "2s"]);
});

test("rates and factors have three digits", () => {
  expect([0.8333, 12.34, 1234.5].map(formatRate)).toEqual(["0.833/s", "12.3/s", "1,230/s"]);
  expect([1, 1.0799, 27].map(formatFactor)).toEqual(["1x", "1.08x", "27x"]);
});

test("shares are cut off, and only all of them are 100 %", () => {
  const cases: [number, string][] = [
    [0, "0 %"],
    [0.00001, "< 0.01 %"],
    [0.29, "29 %"],
    [0.91249, "91.24 %"],
    [0.99999, "99.99 %"],
    [1 - 1e-15, "99.99 %"],
    [1, "100 %"],
  ];
  for (const [share, text] of cases) expect(formatShare(share)).toBe(text);
});

test("a share never reads as more than it is", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.0001, max: 1, noNaN: true }), (share) => {
      const shown = Number.parseFloat(formatShare(share)) / 100;
      expect(shown).toBeLessThanOrEqual(share + 1e-12);
      expect(shown).toBeGreaterThan(share - 0.0001 - 1e-12);
    }),
  );
});
