// Runs a script or a tool on the pinned Node, after making sure that everything is installed.
import { runPinned } from "./pinned.mjs";

await runPinned(process.argv.slice(2));
