import { describe, expect, test } from "vitest";
import { judgePublished } from "./judge.ts";
import { publishedResults } from "./registry.ts";

test("every name is there once", () => {
  const names = publishedResults.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe("published results, with few replications and wide tolerances", () => {
  test.each(publishedResults)("$name", (result) => {
    expect(judgePublished(result, "quick").filter(({ ok }) => !ok)).toEqual([]);
  });
});
