import { DelayLine, FOREVER } from "./delay-line.ts";
import type { FaultKind } from "./kind.ts";

/** How much time of the line a piece takes: short enough to be smooth, long enough for a timer. */
const PIECE_MS = 20;
/** More than this is not taken from the sender ahead of time, so that it feels the narrow line. */
const AHEAD_BYTES = 64 * 1024;

export const bandwidth: FaultKind<"bandwidth"> = {
  type: "bandwidth",
  about: "Limits how many bytes pass in a second.",
  attributes: {
    rate: {
      kind: "integer",
      unit: "KB/s",
      max: 10_000_000,
      about: "KB is 1,000 bytes; 0: none pass",
    },
  },
  stage: (context) => {
    const line = new DelayLine(context, AHEAD_BYTES);
    const push = (chunk: Buffer): void => {
      const bytesPerMs = context.attributes().rate;
      const piece = Math.max(1, Math.floor(bytesPerMs * PIECE_MS));
      if (bytesPerMs === 0) {
        line.put(chunk, FOREVER);
        return;
      }
      for (let from = 0; from < chunk.length; from += piece) {
        const part = chunk.subarray(from, from + piece);
        line.put(part, line.lastDueMs + part.length / bytesPerMs);
      }
    };
    const end = () => line.put(undefined, line.lastDueMs);
    return {
      push,
      end,
      full: () => line.full,
      changed: () => {
        const { chunks, ended } = line.take();
        for (const chunk of chunks) push(chunk);
        if (ended) end();
      },
      release: () => line.release(),
      stop: () => line.stop(),
    };
  },
};
