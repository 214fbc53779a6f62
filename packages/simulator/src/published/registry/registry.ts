import type { PublishedResult } from "./published-result.ts";
import { queues } from "./queues.ts";

/** What others have published or derived, and this simulator makes again. */
export const publishedResults: readonly PublishedResult[] = [...queues];
