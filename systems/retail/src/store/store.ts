import type { Effect } from "../kinds/kind.ts";

/**
 * - `pending`: the next service has not confirmed it yet.
 * - `delivered`: the next service has it, but those behind it do not all have it yet.
 * - `done`: everybody has it.
 * - `refused`: the next service will never take it; `note` says why.
 */
export type State = "pending" | "delivered" | "done" | "refused";

/** A document and how far it has come: its own entry in the outbox. */
export interface Entry {
  /** Unique. */
  readonly id: string;
  /** Unique, too: what says that two requests are the same one. */
  readonly requestKey: string;
  /** Of the contents. */
  readonly fingerprint: string;
  readonly contents: Readonly<Record<string, unknown>>;
  /** The place in the chain, from 1. */
  readonly hop: number;
  /** Unix time in milliseconds. */
  readonly acceptedAtMs: number;
  readonly state: State;
  /** When it came into its state, Unix time in milliseconds. */
  readonly changedAtMs: number;
  /** When to try next, Unix time in milliseconds. */
  readonly dueAtMs: number;
  /** The status that the next service told last; empty before. */
  readonly nextStatus: string;
  /** Why it was refused; empty otherwise. */
  readonly note: string;
}

export type Progress = Pick<Entry, "state" | "changedAtMs" | "dueAtMs" | "nextStatus" | "note">;

/**
 * Where a service keeps its documents. Whatever `add` and `advance` have resolved for survives the end of the
 * process; what they rejected for may or may not have happened, and doing it again is safe.
 */
export interface Store {
  /**
   * Keeps a new document and its effect. An effect happens once per id, however often this is called.
   * @returns the one that is there already, when its id or its request key is taken
   */
  add(entry: Entry, effect: Effect | undefined): Promise<Entry | undefined>;
  find(id: string): Promise<Entry | undefined>;
  /** @returns false, and nothing has happened, when it is done or refused already */
  advance(id: string, progress: Progress): Promise<boolean>;
  /** Those of the outbox that are due, at most `limit`: pending before delivered, then the longest due first. */
  due(nowMs: number, limit: number): Promise<Entry[]>;
  /** How many are in the outbox. */
  waiting(): Promise<number>;
  close(): Promise<void>;
}

/** An entry due later than this was put off by a clock that was wrong, and is due now. Milliseconds. */
export const LATEST_DUE_MS = 60_000;
