import { DelayLine } from "./delay-line.ts";
import type { FaultKind } from "./kind.ts";

/** Loss in bursts after Gilbert (1960) and Elliott (1963), simplified: a loss makes the next one likelier. */
export const packetLoss: FaultKind<"packet_loss"> = {
  type: "packet_loss",
  about: "Loses chunks of bytes, or delivers them late as TCP would.",
  attributes: {
    loss_rate: { kind: "number", max: 1, default: 0.1, about: "the chance that a chunk is lost" },
    correlation: { kind: "number", max: 1, about: "added to the chance after a loss" },
    retransmission: {
      kind: "integer",
      unit: "ms",
      max: 3_600_000,
      about: "a lost chunk, and all after it, comes so much later; 0: its bytes never come",
    },
  },
  stage: (context) => {
    const line = new DelayLine(context);
    let lostBefore = false;
    return {
      push: (chunk) => {
        const { loss_rate, correlation, retransmission } = context.attributes();
        lostBefore = context.random() < loss_rate + (lostBefore ? correlation : 0);
        if (lostBefore && retransmission === 0) return;
        line.put(chunk, performance.now() + (lostBefore ? retransmission : 0));
      },
      end: () => line.put(undefined, line.lastDueMs),
      full: () => line.full,
      release: () => line.release(),
      stop: () => line.stop(),
    };
  },
};
