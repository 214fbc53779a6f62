import { formatMs } from "@breakwater/metrics";
import type { Io } from "../io.ts";

/** Between two lines where lines cannot be written over. */
const EVERY_MS = 5000;
const FEW_MS = 200;

/** Tells on stderr how many runs are done and how long the rest will take. */
export interface Progress {
  readonly step: (done: number) => void;
  /** Clears the line. */
  readonly end: () => void;
}

export function showProgress(io: Io, total: number, what: string): Progress {
  const startedMs = io.now();
  let toldMs = startedMs;
  let shown = 0;
  const onTerminal = io.errIsTerminal === true;
  const tell = (done: number): void => {
    const nowMs = io.now();
    if (done === total || nowMs - toldMs < (onTerminal ? FEW_MS : EVERY_MS)) return;
    toldMs = nowMs;
    const leftMs = ((nowMs - startedMs) / done) * (total - done);
    const text = `${done} of ${total} ${what}, ${formatMs(leftMs)} left`;
    if (!onTerminal) {
      io.err(`${text}\n`);
      return;
    }
    io.err(`\r${text.padEnd(shown)}`);
    shown = text.length;
  };
  const end = (): void => {
    if (shown > 0) io.err(`\r${" ".repeat(shown)}\r`);
  };
  return { step: tell, end };
}
