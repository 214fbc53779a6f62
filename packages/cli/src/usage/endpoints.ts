import { Histogram } from "@breakwater/metrics";
import type { AccessRecord } from "./record.ts";

/** Endpoints that are kept apart at most. */
const MOST_ENDPOINTS = 2000;
/** More different names than this in one place of a path are names of things, as in /users/alice. */
const MOST_NAMES = 100;

const NAME = "{name}";

export const OTHERS = "(others)";

export interface Endpoint {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly calls: number;
  /** Answers with a status from 500. */
  readonly errors: number;
  /** Answers with a status from 400 to 499. */
  readonly refused: number;
  /** Of the calls that have a duration, whatever became of them. */
  readonly latency: Histogram;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Counts the calls of each endpoint. Their number stays bounded, whoever writes into the log: where a place in paths
 * has too many different names, they are taken for names of things and become {name}; what is still too many is put
 * together as "(others)".
 */
export class Endpoints {
  #all = new Map<string, Mutable<Endpoint>>();
  /** To fold takes time, so it is tried again only while it helps. */
  #foldHelps = true;

  add({ service, method, path, status, durationMs }: AccessRecord): void {
    const endpoint = this.#find(service, method, path);
    endpoint.calls++;
    if (status >= 500) endpoint.errors++;
    else if (status >= 400) endpoint.refused++;
    if (durationMs !== undefined) endpoint.latency.record(durationMs);
  }

  /** All of them, with names of things folded. */
  list(): Endpoint[] {
    this.#foldNames();
    return [...this.#all.values()];
  }

  #find(service: string, method: string, path: string): Mutable<Endpoint> {
    const found = this.#all.get(keyOf(service, method, path));
    if (found !== undefined) return found;
    if (this.#all.size >= MOST_ENDPOINTS && this.#foldHelps) {
      this.#foldNames();
      this.#foldHelps = this.#all.size <= MOST_ENDPOINTS / 2;
      return this.#find(service, method, path);
    }
    if (this.#all.size >= MOST_ENDPOINTS && path !== OTHERS) return this.#find("", "*", OTHERS);
    const made = {
      service,
      method,
      path,
      calls: 0,
      errors: 0,
      refused: 0,
      latency: new Histogram(),
    };
    this.#all.set(keyOf(service, method, path), made);
    return made;
  }

  /** From the first place in the paths to the last, since folding one makes those behind it alike. */
  #foldNames(): void {
    const deepest = Math.max(
      0,
      ...[...this.#all.values()].map(({ path }) => path.split("/").length),
    );
    for (let place = 1; place < deepest; place++) {
      const crowded = this.#crowdedPrefixes(place);
      if (crowded.size > 0) this.#fold(place, crowded);
    }
  }

  /** Beginnings of paths after which too many different names follow. */
  #crowdedPrefixes(place: number): Set<string> {
    const names = new Map<string, Set<string>>();
    for (const { service, method, path } of this.#all.values()) {
      const segments = path.split("/");
      const name = segments[place];
      if (name === undefined || (name.includes("{") && name !== NAME)) continue;
      const prefix = keyOf(service, method, segments.slice(0, place).join("/"));
      const known = names.get(prefix) ?? new Set();
      names.set(prefix, known.add(name));
    }
    // What was folded once stays so for the names that have come since.
    const crowded = [...names].filter(([, each]) => each.size > MOST_NAMES || each.has(NAME));
    return new Set(crowded.map(([prefix]) => prefix));
  }

  #fold(place: number, crowded: ReadonlySet<string>): void {
    const before = this.#all;
    this.#all = new Map();
    for (const endpoint of before.values()) {
      const { service, method, path } = endpoint;
      const segments = path.split("/");
      const prefix = keyOf(service, method, segments.slice(0, place).join("/"));
      const folds = crowded.has(prefix) && segments[place]?.includes("{") === false;
      if (folds) segments[place] = NAME;
      const key = keyOf(service, method, segments.join("/"));
      const same = this.#all.get(key);
      if (same === undefined) this.#all.set(key, { ...endpoint, path: segments.join("/") });
      else merge(same, endpoint);
    }
  }
}

/** Adds what another endpoint has counted. */
export function merge(into: Mutable<Endpoint>, from: Endpoint): void {
  into.calls += from.calls;
  into.errors += from.errors;
  into.refused += from.refused;
  into.latency.merge(from.latency);
}

/** None of the three holds a line end. */
function keyOf(service: string, method: string, path: string): string {
  return `${service}\n${method}\n${path}`;
}
