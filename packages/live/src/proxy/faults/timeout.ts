import { countdown } from "./countdown.ts";
import type { FaultKind } from "./kind.ts";

export const timeout: FaultKind<"timeout"> = {
  type: "timeout",
  about: "Swallows bytes, and closes the connection after a time.",
  attributes: {
    timeout: { kind: "integer", unit: "ms", max: 3_600_000, about: "0: never closes" },
  },
  stage: (context) => {
    const timer = countdown(() => context.attributes().timeout, context.hangUp);
    timer.start();
    return {
      push: () => {},
      end: context.hangUp,
      full: () => false,
      changed: timer.start,
      // Bytes are missing from the stream: what would come now could not be understood.
      release: () => {
        timer.stop();
        context.hangUp();
      },
      stop: timer.stop,
    };
  },
};
