/**
 * How the benchmarks measure: the candidate and a bare `await` of the same work take turns in one process, so that
 * what disturbs one disturbs the other; the median of the rounds counts.
 */
import type { Call, Work } from "./subject.ts";

export interface Counts {
  readonly rounds: number;
  /** Calls to grow warm, and to count the bytes of. */
  readonly calls: number;
  /** How long a round should take. */
  readonly roundMs: number;
  readonly inFlight: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Calls that wait for timers are warm after fewer. */
const WARM_MS = 1_000;
const WARM_STEPS = 50;

/** The loops of the two are two functions, so that neither spoils what the engine has learnt of the other. */
async function loop(call: Call, calls: number): Promise<number> {
  const startedAtMs = performance.now();
  for (let i = 0; i < calls; i++) {
    try {
      await call();
    } catch {
      // What is measured may be a refusal.
    }
  }
  return performance.now() - startedAtMs;
}

async function bareLoop(work: Work, calls: number): Promise<number> {
  const startedAtMs = performance.now();
  for (let i = 0; i < calls; i++) {
    try {
      await work();
    } catch {
      // As in the other loop.
    }
  }
  return performance.now() - startedAtMs;
}

/**
 * Nanoseconds per call, and how many times a bare `await` of the work that is. A round of the one takes as long as a
 * round of the other, and not long, so that a pause that the machine makes falls into few rounds of either.
 */
export async function sequential(call: Call, work: Work, { rounds, calls, roundMs }: Counts) {
  const perRound = await callsWithin(roundMs, loop, call, calls);
  const barePerRound = await callsWithin(roundMs, bareLoop, work, calls);
  const nanoseconds: number[] = [];
  const ratios: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const mine = (await loop(call, perRound)) / perRound;
    const bare = (await bareLoop(work, barePerRound)) / barePerRound;
    nanoseconds.push(mine * 1e6);
    ratios.push(mine / bare);
  }
  return { ns: median(nanoseconds), ratio: median(ratios) };
}

/** Makes up to so many calls, to grow warm, and tells how many of the last ones fit into this time. */
async function callsWithin<T>(
  ms: number,
  run: (subject: T, calls: number) => Promise<number>,
  subject: T,
  calls: number,
): Promise<number> {
  const step = Math.max(1, Math.ceil(calls / WARM_STEPS));
  const startedAtMs = performance.now();
  let latestMs = 0;
  for (let made = 0; made < calls; made += step) {
    latestMs = await run(subject, step);
    if (performance.now() - startedAtMs > WARM_MS) break;
  }
  return Math.max(1, Math.min(calls, Math.round((step * ms) / latestMs)));
}

/** Bytes that a call takes from the heap, whether or not it gives them back. */
export async function bytesPerCall(call: Call, calls: number): Promise<number> {
  collect();
  const before = process.memoryUsage().heapUsed;
  await loop(call, calls);
  return (process.memoryUsage().heapUsed - before) / calls;
}

/** Launches calls that all hang, then answers all. Needs a `work` that hangs until `answer` is called. */
export async function inFlight(make: (work: Work) => Call | Promise<Call>, count: number) {
  let waiting: (() => void)[] = [];
  const call = await make(() => new Promise<void>((resolve) => waiting.push(resolve)));
  const promises: Promise<unknown>[] = [];
  collect();
  const heapBefore = process.memoryUsage().heapUsed;
  const startedAtMs = performance.now();
  for (let i = 0; i < count; i++) promises.push(call());
  await new Promise((resolve) => setImmediate(resolve));
  const launchedMs = performance.now() - startedAtMs;
  collect();
  const bytes = (process.memoryUsage().heapUsed - heapBefore) / count;
  const timers = liveTimers.size;
  const answeredAtMs = performance.now();
  for (const answer of waiting) answer();
  waiting = [];
  await Promise.all(promises);
  const ns = ((launchedMs + performance.now() - answeredAtMs) / count) * 1e6;
  return { ns, bytes, timers };
}

const liveTimers = new Set<unknown>();

/** Has to come before a library takes hold of setTimeout. Counts timers that neither rang nor were cleared. */
export function watchTimers(): void {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const watched = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const timer = set(() => {
      liveTimers.delete(timer);
      callback(...args);
    }, ms);
    liveTimers.add(timer);
    return timer;
  };
  globalThis.setTimeout = watched as typeof setTimeout;
  globalThis.clearTimeout = ((timer) => {
    liveTimers.delete(timer);
    clear(timer);
  }) as typeof clearTimeout;
}

function collect(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
