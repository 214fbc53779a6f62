// npm start: climbs the ladder of policies, and leaves a page with the pictures.
import { runPinned } from "./pinned.mjs";

const command = ["packages/cli/src/bin.ts", "ladder", "--report", "breakwater-report.html"];
await runPinned(["--conditions=breakwater-source", ...command, ...process.argv.slice(2)]);
