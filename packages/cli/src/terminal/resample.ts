/** How the buckets that fall into one column are made into one value. */
export type Merge = "mean" | "max";

/** Fits a series to `width` columns: each column merges the buckets that it covers. */
export function resample(series: readonly number[], width: number, merge: Merge): number[] {
  const length = series.length;
  if (length === 0) return [];
  const columns = Math.min(width, length);
  return Array.from({ length: columns }, (_, column) => {
    const start = Math.floor((column * length) / columns);
    const end = Math.max(start + 1, Math.floor(((column + 1) * length) / columns));
    const part = series.slice(start, end);
    if (merge === "max") return Math.max(...part);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/** The same, stretched where there are fewer buckets than columns, so that drawings share one time axis. */
export function resampleToWidth(series: readonly number[], width: number, merge: Merge): number[] {
  const fitted = resample(series, width, merge);
  if (fitted.length === width || fitted.length === 0) return fitted;
  return Array.from(
    { length: width },
    (_, column) => fitted[Math.floor((column * fitted.length) / width)] ?? 0,
  );
}
