import { printable } from "../fold-path.ts";
import type { AccessRecord, LogFormat, NoRecord } from "../record.ts";
import { requestLine } from "./request-line.ts";
import { clockTime } from "./times.ts";

/** [accept date] frontend backend/server TR/Tw/Tc/Tr/Ta status bytes; the syslog's part may stand before. */
const LINE =
  /\[(\d\d\/[A-Z][a-z]{2}\/\d{4}:[\d:.]+)\] \S+ ([^\s/]+)\/\S+ -?\d+\/-?\d+\/-?\d+\/-?\d+\/\+?(-?\d+) (-?\d{1,3}) \+?\d+ /;

const LONGEST_BACKEND = 60;

/**
 * HAProxy's `option httplog`. The duration is Ta: from the first byte of the request to the last one of the answer,
 * in milliseconds. The backend counts as the service.
 */
export const haproxy: LogFormat = { name: "haproxy", parse };

function parse(line: string): AccessRecord | NoRecord {
  const match = LINE.exec(line);
  if (match === null) return "bad";
  const [found, time = "", backend = "", total = "", status = ""] = match;
  // The request is what is quoted last; HAProxy writes a quote in it as #22. A long one is cut off without a quote.
  const from = line.lastIndexOf(' "');
  if (from < match.index + found.length - 1) return "bad";
  const request = line.slice(from + 2).replace(/"\s*$/, "");
  return {
    atMs: clockTime(time),
    service: printable(backend.slice(0, LONGEST_BACKEND)),
    ...requestLine(request),
    status: Math.max(0, Number(status)),
    durationMs: Number(total) < 0 ? undefined : Number(total),
  };
}
