// @ts-check

/**
 * Numbers as the terminal's reports show them: the functions of the metrics package once more, because a page
 * cannot import them. A test holds the two to the same texts.
 * @param {number} value
 */
function threeDigits(value) {
  const rounded = Number(value.toPrecision(3));
  return Math.abs(value) >= 1000 ? formatCount(rounded) : String(rounded);
}

/** @param {number} count */
function formatCount(count) {
  const digits = Math.round(Math.abs(count)).toFixed(0);
  return (count <= -0.5 ? "-" : "") + digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** @type {readonly (readonly [string, number])[]} */
const UNITS = [
  ["ms", 1],
  ["s", 1000],
  ["min", 60_000],
  ["h", 3_600_000],
];

/** @param {number} durationMs */
function formatMs(durationMs) {
  for (const [unit, ms] of UNITS) {
    const shown = Math.abs(Number((durationMs / ms).toPrecision(3)));
    if (shown < 1000 || unit === "h") return `${threeDigits(durationMs / ms)} ${unit}`;
  }
  return "";
}

/**
 * A moment of the run: always in seconds with one decimal, so that a column of them lines up.
 * @param {number} ms
 */
export function instant(ms) {
  return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
}

/** @typedef {"perSecond" | "ms" | "count" | "times"} Unit */

/**
 * @param {number | null | undefined} value
 * @param {Unit} unit
 */
export function withUnit(value, unit) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "none";
  if (unit === "ms") return formatMs(value);
  if (unit === "perSecond") return `${threeDigits(value)}/s`;
  if (unit === "times") return `${threeDigits(value)}x`;
  return threeDigits(value);
}
