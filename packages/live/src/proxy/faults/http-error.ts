import type { FaultKind } from "./kind.ts";
import { requestMatch } from "./request-match.ts";

export const httpError: FaultKind<"http_error"> = {
  type: "http_error",
  about: "Answers the request itself; it never reaches the upstream.",
  attributes: {
    status: { kind: "integer", min: 200, max: 599, default: 503, about: "the status code" },
    body: { kind: "text", max: 100_000, about: "the body" },
    headers: { kind: "headers", about: "headers by name" },
    ...requestMatch,
  },
  request: ({ status, body, headers }) => ({ do: "answer", status, body, headers: headers ?? {} }),
};
