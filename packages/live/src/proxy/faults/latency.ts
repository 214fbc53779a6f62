import { DelayLine } from "./delay-line.ts";
import type { FaultKind } from "./kind.ts";

export const latency: FaultKind<"latency"> = {
  type: "latency",
  about: "Delays bytes; never reorders them.",
  attributes: {
    latency: { kind: "integer", unit: "ms", max: 3_600_000, about: "the delay" },
    jitter: { kind: "integer", unit: "ms", max: 3_600_000, about: "drawn evenly, more or less" },
  },
  stage: (context) => {
    const line = new DelayLine(context);
    return {
      push: (chunk) => {
        const { latency, jitter } = context.attributes();
        const delayMs = Math.max(0, latency + (2 * context.random() - 1) * jitter);
        line.put(chunk, performance.now() + delayMs);
      },
      // The end travels right behind the last byte.
      end: () => line.put(undefined, line.lastDueMs),
      full: () => line.full,
      release: () => line.release(),
      stop: () => line.stop(),
    };
  },
};
