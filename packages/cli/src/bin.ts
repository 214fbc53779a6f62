#!/usr/bin/env node
import { performance } from "node:perf_hooks";
import { main } from "./main.ts";

/** Whoever read our output has seen enough (`breakwater list | head -1`): stop, and say nothing. */
function endQuietlyWhenClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(process.exitCode ?? 0);
}
process.stdout.on("error", endQuietlyWhenClosed);
process.stderr.on("error", endQuietlyWhenClosed);

// Ctrl-C needs no handler: Node's own ends the process at once, even amid a long simulation, and the shell sees 130.
process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  columns: process.stdout.columns ?? 100,
  isTerminal: process.stdout.isTTY === true,
  env: process.env,
  cwd: process.cwd(),
  now: () => performance.now(),
});
