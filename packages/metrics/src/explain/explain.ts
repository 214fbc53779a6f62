import type { RunResult } from "../result.ts";
import { chainOf } from "./chain.ts";
import type { ChainLink } from "./chain-links.ts";
import { headlineOf } from "./headline.ts";
import { type Sentence, sentencesOf } from "./sentences.ts";

export interface Explanation {
  /** A few plain sentences: what happened, and why. */
  readonly headline: string;
  /** In order of time; those about the whole run last. */
  readonly sentences: readonly Sentence[];
  /** How trouble spread, from cause to effect, in order of time; empty when there was none. */
  readonly chain: readonly ChainLink[];
}

/** Says in words what the numbers and events of a run say; the same words for the same result. */
export function explain(result: RunResult): Explanation {
  return { headline: headlineOf(result), sentences: sentencesOf(result), chain: chainOf(result) };
}
