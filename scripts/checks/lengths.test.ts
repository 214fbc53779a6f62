import { expect, test } from "vitest";
import { tooLong } from "./lengths.ts";

const lines = (count: number): string => "x\n".repeat(count);

test("a source file may have 250 lines, and a test 500", () => {
  expect(tooLong({ path: "a.ts", text: lines(250) })).toEqual([]);
  expect(tooLong({ path: "a.ts", text: lines(251) })).toHaveLength(1);
  expect(tooLong({ path: "a.test.ts", text: lines(500) })).toEqual([]);
  expect(tooLong({ path: "a.test.ts", text: lines(501) })).toHaveLength(1);
});
