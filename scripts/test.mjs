// npm test: runs the unit tests, or with --project soak the long ones.
import { runPinned } from "./pinned.mjs";

const args = process.argv.slice(2);
const project = args.some((arg) => arg.startsWith("--project")) ? [] : ["--project", "unit"];
await runPinned(["node_modules/vitest/vitest.mjs", "run", ...project, ...args]);
