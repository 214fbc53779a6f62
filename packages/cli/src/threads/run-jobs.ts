import type { Io } from "../io.ts";
import { type PoolOptions, startPool } from "./pool.ts";
import { showProgress } from "./progress.ts";

export interface JobsDone<A> {
  /** undefined: not done, since somebody interrupted. */
  readonly answers: readonly (A | undefined)[];
  readonly tookMs: number;
  readonly interrupted: boolean;
}

/** Runs jobs on threads, tells on stderr how far it is, and ends early on Ctrl-C. */
export async function runJobs<J, A>(
  options: Omit<PoolOptions<J>, "onDone">,
  io: Io,
  what: string,
): Promise<JobsDone<A>> {
  const startedMs = io.now();
  const progress = showProgress(io, options.jobs.length, what);
  const pool = startPool<J, A>({ ...options, onDone: progress.step });
  let interrupted = false;
  const forget = io.onInterrupt?.(() => {
    interrupted = true;
    pool.stop();
  });
  try {
    const answers = await pool.answers;
    return { answers, tookMs: io.now() - startedMs, interrupted };
  } finally {
    forget?.();
    progress.end();
  }
}
