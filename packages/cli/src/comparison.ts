import {
  type ComparisonRow,
  formatCount,
  formatFactor,
  formatMs,
  formatRate,
  formatShare,
  type Unit,
} from "@breakwater/metrics";

/** A row of a comparison in words. */
export interface DifferenceTexts {
  readonly before: string;
  readonly after: string;
  readonly change: string;
}

export function differenceTexts(row: ComparisonRow): DifferenceTexts {
  return {
    before: unitText(row.a, row.unit),
    after: unitText(row.b, row.unit),
    change: changeText(row),
  };
}

function changeText({ difference, ratio, unit }: ComparisonRow): string {
  if (difference === null) return "";
  if (difference === 0) return "none";
  const sign = difference > 0 ? "+" : "-";
  const size = Math.abs(difference);
  // The difference of two shares is no share of anything: it is told in points.
  const amount = unit === "share" ? `${points(size)} points` : unitText(size, unit);
  return ratio === null || unit === "share"
    ? `${sign}${amount}`
    : `${sign}${amount} (${formatFactor(ratio)})`;
}

export function points(share: number): string {
  return String(Math.round(share * 10_000) / 100);
}

/** A number of a result as people read it. */
export function unitText(value: number | null, unit: Unit): string {
  if (value === null) return "none";
  switch (unit) {
    case "calls":
    case "attempts":
      return formatCount(value);
    case "per second":
      return formatRate(value);
    case "share":
      return formatShare(value);
    case "ms":
      return formatMs(value);
    case "factor":
      return formatFactor(value);
  }
}
