import { publishedLadder } from "./ladder.ts";
import { publishedRetries } from "./retries.ts";
import { publishedRetryBudget } from "./retry-budget.ts";
import { publishedRetryStorm } from "./retry-storm.ts";

/** A table of docs/published-results.md, from runs made now: seconds to a minute each. */
export function publishedTable(name: string): string {
  if (name === "ladder-fast") return publishedLadder("fast");
  if (name === "ladder-calibrated") return publishedLadder("calibrated");
  if (name === "retry-storm") return publishedRetryStorm();
  if (name === "retries") return publishedRetries();
  if (name === "retry-budget") return publishedRetryBudget();
  throw new RangeError(`there is no published result named ${name}`);
}
