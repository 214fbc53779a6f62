import type { AccessRecord, LogFormat, NoRecord } from "../record.ts";
import { requestLine } from "./request-line.ts";
import { clockTime, isoTime } from "./times.ts";

/** address ident user [time] "request" status bytes "referer" "agent" and whatever follows. */
const LINE =
  /^\S+ \S+ \S+ \[([^\]]*)\] "((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-)(?: "(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*")?(.*)$/;

/** $request_time has three decimals; it may have a name and quotes. Other numbers after the agent are left alone. */
const REQUEST_TIME = /(?:^|\s)(?:(?:rt|request_time|time)[=:])?"?(\d+\.\d{3})"?(?=\s|$)/;

/**
 * nginx' "combined" format, followed by $request_time (in seconds), as
 * `log_format timed '... "$http_user_agent" $request_time';` writes it. Apache's "combined" is the same without times.
 */
export const nginx: LogFormat = { name: "nginx", parse };

function parse(line: string): AccessRecord | NoRecord {
  const match = LINE.exec(line);
  if (match === null) return "bad";
  const [, time = "", request = "", status = "", rest = ""] = match;
  const [, seconds] = REQUEST_TIME.exec(rest) ?? [];
  return {
    atMs: clockTime(time) ?? isoTime(time),
    service: "",
    ...requestLine(request),
    status: Number(status),
    durationMs: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}
