import type { AccessRecord, LogFormat, NoRecord } from "../record.ts";
import { breakwater } from "./breakwater.ts";
import { haproxy } from "./haproxy.ts";
import { nginx } from "./nginx.ts";

export const FORMATS: readonly LogFormat[] = [nginx, haproxy, breakwater];

export interface Recognised {
  readonly record: AccessRecord | NoRecord;
  /** undefined when no format has understood the line. */
  readonly format: LogFormat | undefined;
}

/**
 * Reads lines in whichever of the formats fits. The one that fitted last is tried first, so a log in one format costs
 * no more than with that format named, and one that was put together of several is understood too.
 */
export class Recogniser {
  #formats: readonly LogFormat[];

  constructor(formats: readonly LogFormat[]) {
    this.#formats = formats;
  }

  read(line: string): Recognised {
    for (const format of this.#formats) {
      const record = format.parse(line);
      if (record === "bad") continue;
      if (format !== this.#formats[0]) {
        this.#formats = [format, ...this.#formats.filter((other) => other !== format)];
      }
      return { record, format };
    }
    return { record: "bad", format: undefined };
  }
}
