import type { FaultKind } from "./kind.ts";
import { requestMatch } from "./request-match.ts";

export const httpLatency: FaultKind<"http_latency"> = {
  type: "http_latency",
  about: "Holds the request (stream upstream) or its answer (downstream).",
  attributes: {
    latency: { kind: "integer", unit: "ms", max: 3_600_000, about: "the delay" },
    jitter: { kind: "integer", unit: "ms", max: 3_600_000, about: "drawn evenly, more or less" },
    ...requestMatch,
  },
  request: ({ latency, jitter }, random) => ({
    do: "hold",
    ms: Math.max(0, latency + (2 * random() - 1) * jitter),
  }),
};
