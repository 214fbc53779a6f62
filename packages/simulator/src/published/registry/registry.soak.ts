import { describe, expect, test } from "vitest";
import { judgePublished } from "./judge.ts";
import { publishedResults } from "./registry.ts";

describe("published results, each within its stated tolerance", () => {
  test.each(publishedResults)("$name", (result) => {
    expect(judgePublished(result, "full").filter(({ ok }) => !ok)).toEqual([]);
  });
});
