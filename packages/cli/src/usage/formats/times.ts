const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

const CLOCK =
  /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?(?: ([+-])(\d\d)(\d\d))?$/;

/**
 * "10/Oct/2026:13:55:36 -0700" or "06/Feb/2026:12:14:14.655" as milliseconds since 1970. A time without a zone is
 * taken as UTC: only its distance to others matters.
 */
export function clockTime(text: string): number | undefined {
  const match = CLOCK.exec(text);
  if (match === null) return undefined;
  const [, day, name = "", year, hour, minute, second, ms = "0", sign, zoneHour, zoneMinute] =
    match;
  const month = MONTHS.indexOf(name) / 3;
  if (!Number.isInteger(month) || month < 0) return undefined;
  const parts = [Number(hour), Number(minute), Number(second), Number(ms)] as const;
  const local = Date.UTC(Number(year), month, Number(day), ...parts);
  if (sign === undefined) return local;
  const zoneMs = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return sign === "-" ? local + zoneMs : local - zoneMs;
}

/** ISO 8601 with a date and a time. */
export function isoTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
