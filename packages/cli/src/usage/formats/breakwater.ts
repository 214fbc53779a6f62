import { foldPath, foldRoute, printable } from "../fold-path.ts";
import type { AccessRecord, LogFormat, NoRecord } from "../record.ts";
import { isoTime } from "./times.ts";

const LONGEST_SERVICE = 60;
/** 30 days: as long as a histogram can hold. */
const LONGEST_MS = 30 * 86_400_000;

/** The JSON lines of docs/systems/access-log.md. */
export const breakwater: LogFormat = { name: "breakwater", parse };

function parse(line: string): AccessRecord | NoRecord {
  const value = objectOf(line);
  if (value === undefined) return "bad";
  // The format wants readers to pass over other lines of JSON, such as the one that says where a service listens.
  if (value.time === undefined) return "skipped";
  const { time, service, method, route, path, status, durationMs } = value;
  if (typeof method !== "string" || !/^[A-Z][A-Z-]{0,19}$/.test(method)) return "bad";
  if (!isWithin(status, 0, 999) || !isWithin(durationMs, 0, LONGEST_MS)) return "bad";
  const endpoint =
    typeof route === "string" ? foldRoute(route) : typeof path === "string" ? foldPath(path) : null;
  if (endpoint === null) return "bad";
  return {
    atMs: typeof time === "string" ? isoTime(time) : undefined,
    service: typeof service === "string" ? printable(service.slice(0, LONGEST_SERVICE)) : "",
    method,
    path: endpoint,
    status,
    durationMs,
  };
}

function objectOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && value >= min && value <= max;
}
