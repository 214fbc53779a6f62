import type { DurationField } from "../options/field.ts";

export const timeoutField = {
  kind: "duration",
  minMs: 1,
  about:
    "Bounds one attempt: after this long without an answer it is given up and counts as timed out.",
} satisfies DurationField;
