import type { FaultKind } from "./kind.ts";
import { requestMatch } from "./request-match.ts";

export const httpResponse: FaultKind<"http_response"> = {
  type: "http_response",
  about: "Changes the answer; the upstream has done its work.",
  attributes: {
    status: {
      kind: "integer",
      min: 200,
      max: 599,
      about: "the status code; as it is, if left out",
    },
    body: { kind: "text", max: 100_000, about: "the body; as it is, if left out" },
    headers: { kind: "headers", about: "headers by name; null removes one" },
    ...requestMatch,
  },
  request: ({ status, body, headers }) => ({ do: "change", status, body, headers: headers ?? {} }),
};
