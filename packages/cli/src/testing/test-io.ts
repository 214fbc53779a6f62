import type { Io } from "../io.ts";
import { main } from "../main.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command without a process of its own, in a folder, with a clock that stands still. */
export async function runMain(
  argv: readonly string[],
  cwd: string,
  settings: Partial<Io> = {},
): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await main(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    columns: 100,
    isTerminal: false,
    env: {},
    cwd,
    now: () => 0,
    ...settings,
  });
  return { code, out, err };
}
