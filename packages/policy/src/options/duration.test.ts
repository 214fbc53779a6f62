import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";

describe("parseDuration", () => {
  test.each([
    [250, 250],
    [0, 0],
    ["300ms", 300],
    ["1.5s", 1500],
    ["1.1s", 1100],
    ["0.07s", 70],
    ["2min", 120_000],
    ["2m", 120_000],
    ["1.1min", 66_000],
    ["1h", 3_600_000],
    ["30d", 2_592_000_000],
    ["250us", 0.25],
    ["5 s", 5000],
  ])("%j is %d ms", (given, ms) => expect(parseDuration(given)).toBe(ms));

  test.each([
    "",
    "5",
    "ms",
    "-5ms",
    "5 parsecs",
    "1e3ms",
    "5s ",
    ".5s",
    "5S",
    "constructor",
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])("%j is none", (given) => expect(parseDuration(given)).toBeUndefined());

  test("no text makes it throw or answer with anything but a finite, non-negative number", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = parseDuration(text);
        expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true);
      }),
    );
  });
});

describe("formatDuration", () => {
  test.each([
    [0, "0ms"],
    [300, "300ms"],
    [2000, "2s"],
    [1500, "1.5s"],
    [300_000, "5min"],
    [3_600_000, "1h"],
    [2_592_000_000, "30d"],
    [0.25, "250us"],
    [1234, "1.234s"],
  ])("%d ms is %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

  test("what is printed means exactly the same when read, for whole microseconds up to 30 days", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 * 86_400_000_000 }), (us) => {
        const ms = Number(`${us}e-3`);
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});
