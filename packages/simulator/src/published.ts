export { type JudgedRow, judgePublished } from "./published/registry/judge.ts";
export type {
  Effort,
  Measured,
  PublishedResult,
  PublishedRow,
  Tolerance,
} from "./published/registry/published-result.ts";
export { publishedResults } from "./published/registry/registry.ts";
