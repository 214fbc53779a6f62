#!/usr/bin/env node
import { performance } from "node:perf_hooks";
import { fileProblem } from "./errors.ts";
import { EXIT } from "./io.ts";
import { main } from "./main.ts";

// Whoever read our output has seen enough (`breakwater list | head -1`): stop, and say nothing.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? EXIT.met);
  process.stderr.write(`error: cannot write the result: ${fileProblem(error)}\n`);
  process.exit(EXIT.usage);
});
// Without anywhere to complain to there is nothing left to say.
process.stderr.on("error", () => process.exit(process.exitCode ?? EXIT.usage));

// Ctrl-C needs no handler but where a command asks for one: Node's own ends the process at once, even amid a long simulation, and the shell sees 130.
process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  columns: process.stdout.columns ?? 100,
  isTerminal: process.stdout.isTTY === true,
  env: process.env,
  cwd: process.cwd(),
  now: () => performance.now(),
  errIsTerminal: process.stderr.isTTY === true,
  onInterrupt: (handler) => {
    process.once("SIGINT", handler);
    return () => void process.off("SIGINT", handler);
  },
});
