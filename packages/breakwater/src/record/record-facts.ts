import { performance } from "node:perf_hooks";
import type { Fact } from "@breakwater/policy";
import type { Policy } from "../types.ts";
import { LineFile } from "./line-file.ts";

/** What has to be there to be recorded, whatever its fallback answers. */
export type Recordable = Pick<Policy, "onFact" | "clock">;

export interface RecordOptions {
  /** How long a fact waits at most before it is written, in milliseconds, from 0 (each at once); 100 unless given. */
  readonly everyMs?: number;
}

export interface FactRecorder {
  /** Facts that could not be written so far. */
  readonly lost: number;
  /** Writes what still waits. */
  flush(): void;
  /** Records no longer, and writes what still waits. */
  stop(): void;
}

/** How the first line of a recording names its format. */
export const RECORD_FORMAT = "breakwater-facts/1";

/**
 * Writes down everything that happens to the calls of some policies, one JSON object to a line: `edge` is the name
 * given here, `part` the index where an edge has several policies, `atMs` the moment in milliseconds since 1970 on a
 * clock that all processes of a machine share; the rest is the fact as `onFact` tells it. Facts wait for a moment and
 * are written together, at the latest when the process exits by itself; one that is killed loses what waited.
 *
 * @param edges the policies by the name of what they protect; an array where there is one for each worker
 * @param target a file to append to, or the number of an open one
 * @throws RangeError when everyMs is not a number from 0; the system's error when the file cannot be opened
 */
export function recordFacts(
  edges: Readonly<Record<string, Recordable | readonly Recordable[]>>,
  target: string | number,
  { everyMs = 100 }: RecordOptions = {},
): FactRecorder {
  if (!(everyMs >= 0)) throw new RangeError(`everyMs must be a number, 0 or more: ${everyMs}`);
  const file = new LineFile(target, everyMs);
  file.add(JSON.stringify({ format: RECORD_FORMAT, pid: process.pid }));
  const stops = Object.entries(edges).flatMap(([edge, policies]) =>
    "onFact" in policies
      ? [listen(file, edge, undefined, policies)]
      : policies.map((policy, part) => listen(file, edge, part, policy)),
  );
  const flush = () => file.flush();
  process.on("exit", flush);
  let running = true;
  return {
    get lost() {
      return file.lost;
    },
    flush,
    stop: () => {
      if (!running) return;
      running = false;
      for (const stop of stops) stop();
      process.off("exit", flush);
      file.close();
    },
  };
}

function listen(
  file: LineFile,
  edge: string,
  part: number | undefined,
  policy: Recordable,
): () => void {
  // A policy's clock may begin anywhere; the platform's tells where its own begins.
  const offsetMs = performance.timeOrigin + performance.now() - policy.clock.now();
  return policy.onFact((fact) => file.add(lineOf(edge, part, fact, fact.atMs + offsetMs)));
}

function lineOf(edge: string, part: number | undefined, fact: Fact, atMs: number): string {
  const place = part === undefined ? { edge } : { edge, part };
  return JSON.stringify({ ...place, ...fact, atMs: Math.round(atMs * 1000) / 1000 });
}
