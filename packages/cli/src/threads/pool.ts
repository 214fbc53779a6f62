import { Worker } from "node:worker_threads";

export interface PoolOptions<J> {
  /** A module beside this one, without its ending: it answers each message, a job, with one message. */
  readonly program: "replicate-worker" | "validate-worker";
  /** What every thread is given at its start. */
  readonly data: unknown;
  readonly jobs: readonly J[];
  readonly workers: number;
  /** Told after each job, with how many are done. */
  readonly onDone?: (done: number) => void;
}

export interface Pool<A> {
  /**
   * The answer to each job, in the order of jobs, whatever thread made it; undefined for those that `stop` prevented.
   * Rejects with what a thread threw.
   */
  readonly answers: Promise<readonly (A | undefined)[]>;
  /** Ends all threads at once. */
  stop(): void;
}

/**
 * Shares jobs out among threads: whoever is free takes the next.
 * @typeParam J a job @typeParam A the answer to it
 */
export function startPool<J, A>(options: PoolOptions<J>): Pool<A> {
  const { program, data, jobs, workers, onDone } = options;
  const answers: (A | undefined)[] = jobs.map(() => undefined);
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
    worker.on("message", (answer: A) => {
      answers[at] = answer;
      done++;
      onDone?.(done);
      if (done === jobs.length) finish();
      else takeNext();
    });
    takeNext();
  };
  const ended = new Promise<typeof answers>((resolve, reject) => {
    finish = () => resolve(answers);
    for (let i = 0; i < Math.min(workers, jobs.length); i++) {
      const worker = startWorker(program, data);
      worker.on("error", reject);
      threads.push(worker);
      work(worker);
    }
    if (jobs.length === 0) finish();
  });
  return { answers: ended.finally(stop), stop };
}

function startWorker(program: string, data: unknown): Worker {
  // The compiler does not rewrite what is no import.
  const fromSource = import.meta.url.endsWith(".ts");
  const module = new URL(`./${program}${fromSource ? ".ts" : ".js"}`, import.meta.url);
  // The flags of the process (a loader, an inspector) are not meant for these threads.
  const execArgv = fromSource ? ["--conditions=breakwater-source", "--no-warnings"] : [];
  return new Worker(module, { workerData: data, execArgv });
}
