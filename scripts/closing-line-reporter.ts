import type { Reporter, TestModule } from "vitest/node";
import { closingLine, type Tally } from "./closing-line.ts";

/** Counts tests; a file that does not load, or an error outside a test, counts as a failure. */
export function tally(modules: readonly TestModule[], looseErrors: number): Tally {
  const counts = { passed: 0, failed: looseErrors, skipped: 0 };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") counts.passed += 1;
      else if (state === "skipped") counts.skipped += 1;
      else counts.failed += 1;
    }
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
  }
  return counts;
}

/**
 * Ends a run with the closing line. With BREAKWATER_REQUIRE_ALL=1, as on the build machine where
 * every part is installed, a skipped test fails the run.
 */
export const closingLineReporter: Reporter = {
  onTestRunEnd(modules, errors) {
    const counts = tally(modules, errors.length);
    if (process.env.BREAKWATER_REQUIRE_ALL === "1" && counts.skipped > 0) {
      process.stdout.write("Skipped tests fail this run, because BREAKWATER_REQUIRE_ALL=1.\n");
      process.exitCode = 1;
    }
    if (counts.failed > 0) process.exitCode = 1;
    // At the very end, so that nothing that vitest still says comes after it.
    process.once("exit", () => process.stdout.write(`${closingLine(counts)}\n`));
  },
};
