import { defineConfig } from "vitest/config";
import { closingLineReporter } from "./scripts/closing-line-reporter.ts";

// Workspace packages resolve to their sources, so that nothing has to be built before a test.
const resolveSources = {
  resolve: { conditions: ["breakwater-source"] },
  ssr: { resolve: { conditions: ["breakwater-source"] } },
};

const folders = "{packages/*/src,scripts,bench,systems,deploy}/**";

export default defineConfig({
  test: {
    reporters: ["default", closingLineReporter],
    projects: [
      {
        ...resolveSources,
        test: { name: "unit", include: [`${folders}/*.test.ts`], testTimeout: 60_000 },
      },
      {
        ...resolveSources,
        test: { name: "soak", include: [`${folders}/*.soak.ts`], testTimeout: 600_000 },
      },
    ],
  },
});
