// npm run check: everything that can be said about the code without running it.
import { runSteps } from "./steps.ts";

const tsc = "node_modules/typescript/bin/tsc";

await runSteps([
  { name: "format and lint", args: ["node_modules/@biomejs/biome/bin/biome", "ci", "."] },
  { name: "types", args: [tsc, "-b"] },
  { name: "types of tests and scripts", args: [tsc, "-p", "tsconfig.tests.json"] },
  { name: "purity", args: ["scripts/check-purity.ts"] },
  { name: "boundaries", args: ["scripts/check-boundaries.ts"] },
  { name: "file lengths", args: ["scripts/check-lengths.ts"] },
  { name: "unused code", args: ["node_modules/knip/bin/knip.js"] },
]);
