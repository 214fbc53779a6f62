import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["breakwater-source"] },
  ssr: { resolve: { conditions: ["breakwater-source"] } },
  test: { include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"] },
});
