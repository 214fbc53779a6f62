import { type Merge, resampleToWidth } from "./resample.ts";

const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** A series as one line of bars, from 0 to `top` (its own highest value unless given). Nothing at all is a dot. */
export function sparkline(
  series: readonly number[],
  width: number,
  options: { merge?: Merge; top?: number } = {},
): string {
  const values = resampleToWidth(series, width, options.merge ?? "mean");
  const top = options.top ?? Math.max(...values, 0);
  return values
    .map((value) => {
      if (value <= 0 || top <= 0) return "·";
      const level = Math.ceil((value / top) * LEVELS.length) - 1;
      return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, level))] ?? "";
    })
    .join("");
}
