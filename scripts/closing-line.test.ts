import { expect, test } from "vitest";
import type { TestModule } from "vitest/node";
import { closingLine } from "./closing-line.ts";
import { tally } from "./closing-line-reporter.ts";

/** The part of a test file's result that is counted. */
function fileWith(states: readonly string[], errors = 0): TestModule {
  const broken = Array.from({ length: errors }, () => ({ message: "does not load" }));
  return {
    errors: () => broken,
    children: {
      allTests: () => states.map((state) => ({ result: () => ({ state }) })),
      allSuites: () => [{ errors: () => [] }],
    },
  } as unknown as TestModule;
}

test("skipped tests are named only when there are any", () => {
  expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(closingLine({ passed: 3, failed: 1, skipped: 2 })).toBe("3 passed, 1 failed, 2 skipped");
});

test("a test that never ended counts as failed, and so do a file and an error outside tests", () => {
  const files = [fileWith(["passed", "passed", "failed", "skipped", "pending"]), fileWith([], 1)];
  expect(tally(files, 1)).toEqual({ passed: 2, failed: 4, skipped: 1 });
});
