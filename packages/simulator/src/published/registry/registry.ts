import { choices } from "./choices.ts";
import { contentions } from "./contention.ts";
import { ladder } from "./ladder.ts";
import { limits } from "./limits.ts";
import { networks } from "./networks.ts";
import type { PublishedResult } from "./published-result.ts";
import { queues } from "./queues.ts";
import { retries } from "./retries.ts";

/** What others have published or derived, and this simulator makes again. */
export const publishedResults: readonly PublishedResult[] = [
  ...queues,
  ...networks,
  ...choices,
  ...limits,
  ...retries,
  ...contentions,
  ...ladder,
];
