/** Parts of the OpenAPI document that several routes share. */

import { COMPLETE_HEADER, STATUS_HEADER } from "../chain/edge.ts";
import { problemSchema } from "../kinds/problem.ts";
import { PROBLEM_TYPE } from "./refusals.ts";

const PROBLEMS: Readonly<Record<number, string>> = {
  400: "Not JSON, or a header or parameter that is not allowed.",
  404: "There is no such document.",
  409: "The id is taken by a document with other contents.",
  413: "The body is larger than 64 KiB.",
  415: "The body is not JSON.",
  422: "A field is wrong, or the Idempotency-Key was used with another body.",
  503: "Too much is under way, or the store does not answer. Repeat it as it was.",
};

export function problems(...statuses: number[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: PROBLEMS[status],
        content: { [PROBLEM_TYPE]: { schema: problemSchema } },
      },
    ]),
  );
}

export const text = (description: string) => ({
  description,
  content: { "text/plain": { schema: { type: "string" } } },
});

export const json = (description: string, schema: object) => ({
  description,
  content: { "application/json": { schema } },
});

/** Told to whoever sends a document: how far it has come. */
export const progressHeaders = {
  [STATUS_HEADER]: { type: "string", description: "The status, as in the document." },
  [COMPLETE_HEADER]: { type: "string", enum: ["true", "false"] },
} as const;

export const idempotencyKey = {
  type: "object",
  properties: {
    "idempotency-key": {
      type: "string",
      pattern: "^[\\x21-\\x7e]{1,128}$",
      description:
        "Requests with the same key count once. Without it, the document's id does that.",
    },
  },
} as const;
