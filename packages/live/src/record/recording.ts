import type { Fact } from "@breakwater/policy";
import type { ResolvedScenario } from "@breakwater/scenario";
import { type PlannedEdge, planEdges } from "@breakwater/scenario/plan";
import { partsOf } from "../load/parts.ts";
import type { WorkLine } from "../synthetic/protocol.ts";
import { FactReader } from "./fact-reader.ts";
import { readLines } from "./read-lines.ts";
import type { Generation } from "./service-book.ts";
import type { EdgeEvent } from "./timeline.ts";

/** Where one process wrote what it did, from one start to its end. */
export interface Tape {
  readonly service: string;
  readonly instance: number;
  readonly factsFile: string;
  readonly workFile: string;
  /** When it was killed, on the common clock; undefined when it lived to the end. */
  killedAtMs: number | undefined;
}

export interface Recording {
  /** By the name of the edge. */
  readonly events: ReadonlyMap<string, EdgeEvent[]>;
  /** By the name of the edge: requests that have arrived at synthetic services. */
  readonly arrived: ReadonlyMap<string, number>;
  /** By the name of the service. */
  readonly generations: ReadonlyMap<string, Generation[]>;
  /** By the fault's index: requests that were struck inside services. */
  readonly struck: ReadonlyMap<number, number>;
}

/** Reads everything that the processes of a run wrote down. @param startedMs the start of the run, on the common clock */
export function readTapes(
  scenario: ResolvedScenario,
  tapes: readonly Tape[],
  startedMs: number,
): Recording {
  const edges = planEdges(scenario);
  const events = new Map<string, EdgeEvent[]>(edges.map(({ name }) => [name, []]));
  const arrived = new Map<string, number>();
  const generations = new Map<string, Generation[]>();
  const struck = new Map<number, number>();
  for (const tape of tapes) {
    const lines: WorkLine[] = [];
    for (const line of readLines(tape.workFile)) {
      const work = { ...line, atMs: since(startedMs, line.atMs) } as WorkLine;
      if (work.is === "struck") add(struck, work.fault, 1);
      else if (work.is === "refused" || work.is === "degraded") events.get(work.edge)?.push(work);
      else lines.push(work);
      if (work.is === "arrived") add(arrived, work.edge, 1);
    }
    const killedAtMs = tape.killedAtMs === undefined ? undefined : tape.killedAtMs - startedMs;
    const all = generations.get(tape.service) ?? [];
    generations.set(tape.service, [...all, { lines, killedAtMs }]);
    readFacts(scenario, edges, tape, startedMs, events);
  }
  return { events, arrived, generations, struck };
}

function readFacts(
  scenario: ResolvedScenario,
  edges: readonly PlannedEdge[],
  tape: Tape,
  startedMs: number,
  events: ReadonlyMap<string, EdgeEvent[]>,
): void {
  const own = edges.filter(({ kind, from }) => kind === "call" && from === tape.service);
  const readers = new Map<string, FactReader>();
  for (const line of readLines(tape.factsFile)) {
    // Synthetic services name the edge; real ones name the dependency.
    const edge = own.find(({ name, call }) => name === line.edge || call.service === line.edge);
    if (edge === undefined) continue;
    const part = Number(line.part ?? 0);
    const key = `${edge.name} ${part}`;
    let reader = readers.get(key);
    if (reader === undefined) {
      const breaker = tape.instance * partsOf(scenario, edge) + part;
      reader = new FactReader(breaker, (event) => events.get(edge.name)?.push(event));
      readers.set(key, reader);
    }
    reader.hear({ ...line, atMs: since(startedMs, line.atMs) } as unknown as Fact);
  }
  const { killedAtMs } = tape;
  if (killedAtMs === undefined) return;
  for (const reader of readers.values()) reader.end(Math.max(0, killedAtMs - startedMs));
}

function since(startedMs: number, atMs: unknown): number {
  return Math.max(0, Number(atMs) - startedMs);
}

function add<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
