import type { Duration, FieldTable, TableOf } from "../options/field.ts";
import { QUEUE } from "./resolve.ts";

export interface QueueOptions {
  size?: number;
  order?: "fifo" | "lifo";
  maxWait?: Duration;
}

export interface BulkheadOptions {
  /** Attempts under way at the same time. */
  concurrent: number;
  queue?: QueueOptions;
}

export const queueTable = {
  size: {
    kind: "number",
    integer: true,
    min: 0,
    max: 1_000_000,
    unit: "attempts",
    default: QUEUE.size,
    about: "Attempts that may wait for a place.",
  },
  order: {
    kind: "choice",
    choices: ["fifo", "lifo"],
    default: QUEUE.order,
    about: "Who is next among equals: the one that waits longest, or the latest.",
  },
  maxWait: {
    kind: "duration",
    minMs: 1,
    about: "An attempt that has waited so long is rejected; off unless set.",
  },
} satisfies TableOf<QueueOptions> & FieldTable;

export const bulkheadTable = {
  concurrent: {
    kind: "number",
    integer: true,
    min: 1,
    max: 1_000_000,
    unit: "attempts",
    required: true,
    about: "Attempts under way at the same time.",
  },
  queue: {
    kind: "object",
    fields: queueTable,
    default: {},
    about: "Who may wait for a place, and how long.",
  },
} satisfies TableOf<BulkheadOptions> & FieldTable;
