import { countdown } from "./countdown.ts";
import type { FaultKind } from "./kind.ts";

export const resetPeer: FaultKind<"reset_peer"> = {
  type: "reset_peer",
  about: "Resets the connection (RST), live and idle ones as well; until then it swallows bytes.",
  attributes: {
    timeout: { kind: "integer", unit: "ms", max: 3_600_000, about: "when; 0: at once" },
  },
  stage: (context) => {
    // A countdown of 0 would never end; what strikes at once still waits for the turn of the event loop to end.
    const timer = countdown(() => context.attributes().timeout || 0.001, context.reset);
    timer.start();
    return {
      push: () => {},
      end: () => {},
      full: () => false,
      changed: timer.start,
      // Bytes may be missing from the stream.
      release: () => {
        timer.stop();
        context.hangUp();
      },
      stop: timer.stop,
    };
  },
};
