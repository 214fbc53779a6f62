import type { Finding, SourceFile } from "./finding.ts";

const SOURCE_LINES = 250;
const TEST_LINES = 500;

/** Files that have grown too long to hold in the head. */
export function tooLong({ path, text }: SourceFile): Finding[] {
  const limit = /\.(test|soak)\.[a-z]+$|\/test-support\//.test(path) ? TEST_LINES : SOURCE_LINES;
  const lines = text.replace(/\n$/, "").split("\n").length;
  if (lines <= limit) return [];
  return [
    { file: path, message: `has ${lines} lines, and at most ${limit} are allowed; split it` },
  ];
}
