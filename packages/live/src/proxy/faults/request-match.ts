import type { AttributeSpec } from "./kind.ts";

/** Attributes that every HTTP fault has. */
export const requestMatch = {
  method: { kind: "text", max: 40, about: "such as GET; any, if left out" },
  path: { kind: "text", max: 2_000, about: "without the query; `*` is any text; any, if left out" },
  first: {
    kind: "integer",
    max: 1_000_000_000,
    about: "only the first so many that match; 0: all",
  },
  every: {
    kind: "integer",
    max: 1_000_000_000,
    about: "only every so many-th that matches; 0: all",
  },
} satisfies Record<string, AttributeSpec>;
