import { DelayLine, FOREVER } from "./delay-line.ts";
import type { FaultKind } from "./kind.ts";

/** About what the buffers of a TCP connection take before the sender has to wait. */
const BUFFERED_BYTES = 64 * 1024;

export const blackhole: FaultKind<"blackhole"> = {
  type: "blackhole",
  about:
    "A network partition: no byte passes, new connections are not answered; what was held comes after it.",
  attributes: {},
  bothWays: true,
  door: "hole",
  stage: (context) => {
    const line = new DelayLine(context, BUFFERED_BYTES);
    return {
      push: (chunk) => line.put(chunk, FOREVER),
      end: () => line.put(undefined, FOREVER),
      full: () => line.full,
      release: () => line.release(),
      stop: () => line.stop(),
    };
  },
};
