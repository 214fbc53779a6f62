import type { FieldTable } from "../options/field.ts";

/** What the fallback is told about the call that it stands in for. */
export interface FallbackContext {
  readonly outcome: "timedOut" | "shortCircuited" | "rejected" | "failed";
  readonly error: unknown;
  readonly attempts: number;
}

/** In data: the value to answer with. In code also a function, which may be asynchronous. */
export type FallbackOptions = { value: unknown } | ((context: FallbackContext) => unknown);

export const fallbackTable = {
  value: { kind: "any", required: true, about: "The answer that stands in for the missing one." },
} satisfies FieldTable;
