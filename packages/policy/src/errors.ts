import type { Problem } from "./options/field.ts";
import { problemText } from "./options/problem.ts";

/** Options that are not valid. `problems` lists everything that is wrong, each with its path and a fix. */
export class InvalidOptionsError extends Error {
  override readonly name = "InvalidOptionsError";
  readonly code = "BREAKWATER_INVALID_OPTIONS";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(problemText).join("\n"));
    this.problems = problems;
  }
}
