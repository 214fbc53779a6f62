import { DelayLine } from "./delay-line.ts";
import type { FaultKind } from "./kind.ts";

export const slicer: FaultKind<"slicer"> = {
  type: "slicer",
  about: "Cuts bytes into small pieces, with a pause between them.",
  attributes: {
    average_size: {
      kind: "integer",
      unit: "B",
      max: 1_000_000_000,
      about: "of a piece; 0: whole chunks",
    },
    size_variation: {
      kind: "integer",
      unit: "B",
      max: 1_000_000_000,
      about: "drawn evenly, more or less",
    },
    delay: { kind: "integer", unit: "µs", max: 3_600_000_000, about: "between pieces" },
  },
  stage: (context) => {
    const line = new DelayLine(context);
    return {
      push: (chunk) => {
        const { average_size, size_variation, delay } = context.attributes();
        for (let from = 0; from < chunk.length; ) {
          const size = average_size + (2 * context.random() - 1) * size_variation;
          const to = average_size === 0 ? chunk.length : from + Math.max(1, Math.round(size));
          line.put(chunk.subarray(from, to), line.lastDueMs + delay / 1_000);
          from = to;
        }
      },
      end: () => line.put(undefined, line.lastDueMs),
      full: () => line.full,
      release: () => line.release(),
      stop: () => line.stop(),
    };
  },
};
