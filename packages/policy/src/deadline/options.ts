import type { DurationField } from "../options/field.ts";

export const deadlineField = {
  kind: "duration",
  minMs: 1,
  about: "Bounds the whole call: all attempts and all waiting between them.",
} satisfies DurationField;
