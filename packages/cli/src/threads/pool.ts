import { Worker } from "node:worker_threads";
import type { RunDigest } from "@breakwater/metrics";
import type { ResolvedScenario } from "@breakwater/scenario";

/** One run to make: of which scenario, and with which seed. */
export interface Job {
  readonly scenario: number;
  readonly seed: number;
}

export interface PoolOptions {
  readonly scenarios: readonly ResolvedScenario[];
  readonly jobs: readonly Job[];
  readonly workers: number;
  /** Told after each run, with how many are done. */
  readonly onDone?: (done: number) => void;
}

export interface Pool {
  /**
   * The digest of each job, in the order of jobs, whatever thread made it; undefined for those that `stop` prevented.
   * Rejects with what a thread threw.
   */
  readonly digests: Promise<readonly (RunDigest | undefined)[]>;
  /** Ends all threads at once. */
  stop(): void;
}

/** Shares jobs out among threads: whoever is free takes the next. */
export function startPool(options: PoolOptions): Pool {
  const { scenarios, jobs, workers, onDone } = options;
  const digests: (RunDigest | undefined)[] = jobs.map(() => undefined);
  const threads: Worker[] = [];
  let next = 0;
  let done = 0;
  let finish = (): void => {};
  const stop = (): void => {
    for (const worker of threads) void worker.terminate();
    finish();
  };
  const work = (worker: Worker): void => {
    let at = -1;
    const takeNext = (): void => {
      at = next++;
      if (at < jobs.length) worker.postMessage(jobs[at]);
    };
    worker.on("message", (digest: RunDigest) => {
      digests[at] = digest;
      onDone?.(++done);
      if (done === jobs.length) finish();
      else takeNext();
    });
    takeNext();
  };
  const ended = new Promise<typeof digests>((resolve, reject) => {
    finish = () => resolve(digests);
    for (let i = 0; i < Math.min(workers, jobs.length); i++) {
      const worker = startWorker(scenarios);
      worker.on("error", reject);
      threads.push(worker);
      work(worker);
    }
    if (jobs.length === 0) finish();
  });
  return { digests: ended.finally(stop), stop };
}

function startWorker(scenarios: readonly ResolvedScenario[]): Worker {
  // The compiler does not rewrite what is no import.
  const fromSource = import.meta.url.endsWith(".ts");
  const program = new URL(fromSource ? "./worker.ts" : "./worker.js", import.meta.url);
  // The flags of the process (a loader, an inspector) are not meant for these threads.
  const execArgv = fromSource ? ["--conditions=breakwater-source", "--no-warnings"] : [];
  return new Worker(program, { workerData: scenarios, execArgv });
}
