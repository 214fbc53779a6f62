import { expect, test } from "vitest";
import { fuzzOnce } from "../test-support/parser-fuzz.ts";

test("100,000 wrong documents: none crashes the parser, hangs it, or gets an unclear answer", () => {
  const found: string[] = [];
  for (let seed = 10_001; seed <= 110_000 && found.length < 5; seed++) {
    const wrong = fuzzOnce(seed);
    if (wrong !== undefined) found.push(wrong);
  }
  expect(found).toEqual([]);
});
