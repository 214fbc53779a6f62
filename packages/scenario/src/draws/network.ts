import type { ResolvedCall } from "../resolved/step.ts";
import { makeSampler, type Sampler } from "./distributions.ts";
import { uniform } from "./random.ts";

/** A message that is lost so often is given up. */
const MOST_TRIES = 15;
/** Under a message's purpose, above those of requests and answers themselves. */
const JITTER = 0x10;
const LOSS = 0x20;

/** How long a message takes, in milliseconds; Infinity when it is lost. undefined: no time. */
export function networkSampler({ latency, unsteady }: ResolvedCall): Sampler | undefined {
  const sampleLatency = latency && makeSampler(latency);
  if (unsteady === undefined) return sampleLatency;
  const { jitter, loss, resendMs } = unsteady;
  const sampleJitter = jitter && makeSampler(jitter);
  return (hi, lo, purpose) => {
    let delayMs = sampleLatency?.(hi, lo, purpose) ?? 0;
    delayMs += sampleJitter?.(hi, lo, purpose + JITTER) ?? 0;
    if (loss === 0) return delayMs;
    let waitMs = resendMs;
    for (let tried = 0; tried < MOST_TRIES; tried++) {
      // Two of them: one for the request, one for its answer.
      if (uniform(hi, lo, purpose + LOSS + 2 * tried) >= loss) return delayMs;
      delayMs += waitMs;
      waitMs *= 2;
    }
    return Infinity;
  };
}
