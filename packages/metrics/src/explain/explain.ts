import type { RunResult } from "../result.ts";
import { headlineOf } from "./headline.ts";
import { type Sentence, sentencesOf } from "./sentences.ts";

export interface Explanation {
  /** A few plain sentences: what happened, and why. */
  readonly headline: string;
  /** In order of time; those about the whole run last. */
  readonly sentences: readonly Sentence[];
}

/** Says in words what the numbers and events of a run say; the same words for the same result. */
export function explain(result: RunResult): Explanation {
  return { headline: headlineOf(result), sentences: sentencesOf(result) };
}
