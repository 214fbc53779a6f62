import type { FaultKind } from "./kind.ts";
import { requestMatch } from "./request-match.ts";

export const httpAbort: FaultKind<"http_abort"> = {
  type: "http_abort",
  about:
    "Resets the connection: before the request is sent on (upstream), or when it was answered (downstream).",
  attributes: requestMatch,
  request: () => ({ do: "abort" }),
};
