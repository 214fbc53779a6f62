import type { Fact, PolicyOptions } from "@breakwater/policy";

/** What the scripted dependency does with one attempt: answers after some time, or never. */
export interface AttemptScript {
  readonly afterMs: number | "never";
  readonly result: "ok" | "failed";
  /** What a failing server tells about when to come again. */
  readonly serverDelayMs?: number;
  /** A failing server says that it has too much to do. */
  readonly overloaded?: boolean;
}

export interface CallScript {
  readonly atMs: number;
  /** When the caller leaves. */
  readonly cancelAtMs?: number;
  /** Greater is more important; 0 unless given. */
  readonly priority?: number;
  /** A deadline that the caller brings along. */
  readonly deadlineAtMs?: number;
  /** By attempt; the last one repeats. */
  readonly attempts: readonly AttemptScript[];
}

/** Something that a person does to the circuit. */
export interface OperatorScript {
  readonly atMs: number;
  readonly act: "isolate" | "reset";
  readonly reason?: string;
}

/** A policy and everything that happens to it from outside, in order of time. */
export interface Script {
  readonly policy: PolicyOptions;
  readonly calls: readonly CallScript[];
  readonly operator?: readonly OperatorScript[];
  readonly endAtMs: number;
  /** The uniform numbers drawn, one after the other and over again; 0.5 unless given. */
  readonly random?: readonly number[];
}

export interface ConformanceCase extends Script {
  readonly name: string;
  /** "circuit": the transcript lists only what the circuit does and refuses. */
  readonly show?: "circuit";
  /** The transcript, written from the documentation. */
  readonly expect: readonly string[];
}

/** Everything that happened, in canonical order; see trace.ts. */
export type Trace = readonly Fact[];

/** One way of running a policy. Each has to make the same decisions. */
export interface Shell {
  readonly name: string;
  run(script: Script): Trace | Promise<Trace>;
}

export const ok = (afterMs: number): AttemptScript => ({ afterMs, result: "ok" });

export const failed = (afterMs: number, serverDelayMs?: number): AttemptScript =>
  serverDelayMs === undefined
    ? { afterMs, result: "failed" }
    : { afterMs, result: "failed", serverDelayMs };

/** Fails, because the dependency has too much to do. */
export const overloaded = (afterMs: number): AttemptScript => ({
  ...failed(afterMs),
  overloaded: true,
});

export const silent: AttemptScript = { afterMs: "never", result: "ok" };

/** One call. */
export const call = (atMs: number, ...attempts: AttemptScript[]): CallScript => ({
  atMs,
  attempts,
});

/** One call at each of these moments, all alike. */
export const calls = (atMs: readonly number[], ...attempts: AttemptScript[]): CallScript[] =>
  atMs.map((moment) => call(moment, ...attempts));

/** 10, 20, 30 for (10, 3, 10): `count` moments from `fromMs` on. */
export const moments = (fromMs: number, count: number, everyMs: number): number[] =>
  Array.from({ length: count }, (_, i) => fromMs + i * everyMs);

export function scriptOf(script: CallScript, attempt: number): AttemptScript {
  const { attempts } = script;
  const found = attempts[Math.min(attempt, attempts.length) - 1];
  if (found === undefined) throw new Error("a scripted call needs at least one attempt");
  return found;
}

/** Draws the script's numbers, one after the other and over again. */
export function drawer({ random = [0.5] }: Script): () => number {
  let draws = 0;
  return () => random[draws++ % random.length] ?? 0.5;
}
