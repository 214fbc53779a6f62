import { DelayLine } from "./delay-line.ts";
import type { FaultKind } from "./kind.ts";

export const slowClose: FaultKind<"slow_close"> = {
  type: "slow_close",
  about: "Delays the end of the stream (FIN).",
  attributes: { delay: { kind: "integer", unit: "ms", max: 3_600_000, about: "the delay" } },
  stage: (context) => {
    const line = new DelayLine(context);
    return {
      push: context.emit,
      end: () => line.put(undefined, performance.now() + context.attributes().delay),
      full: () => false,
      release: () => line.release(),
      stop: () => line.stop(),
    };
  },
};
