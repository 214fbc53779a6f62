import { closeSync, openSync, writeSync } from "node:fs";
import type { WorkLine } from "./protocol.ts";
import { commonMs } from "./timing.ts";

type WithoutTime<L> = L extends unknown ? Omit<L, "atMs"> : never;

/** Writes each line at once: a process that is killed has nothing left to lose. */
export class WorkFile {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "a");
  }

  add(line: WithoutTime<WorkLine>): void {
    writeSync(this.#file, `${JSON.stringify({ atMs: commonMs(), ...line })}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
