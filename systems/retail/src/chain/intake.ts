/** Takes documents in: each one once, whatever its sender repeats. */
import { randomUUID } from "node:crypto";
import type { Contents, Kind } from "../kinds/kind.ts";
import { fingerprint } from "../kinds/limits.ts";
import { ProblemError } from "../kinds/problem.ts";
import type { Entry, Store } from "../store/store.ts";
import type { Outbox } from "./outbox.ts";

export interface Arrival {
  readonly contents: Contents;
  /** The header `Idempotency-Key`. */
  readonly key: string | undefined;
  /** The place in the chain, from 1. */
  readonly hop: number;
  /** When the outbox takes it, from now, in milliseconds. */
  readonly dueInMs: number;
}

export interface Taken {
  readonly entry: Entry;
  readonly isNew: boolean;
}

export interface IntakeOptions {
  readonly kind: Kind;
  readonly store: Store;
  /** Undefined at the end of the chain. */
  readonly outbox: Outbox | undefined;
  /** The chain ends with the service that is so many places from its beginning. */
  readonly jumps: number;
  /** No more is taken in while so many wait in the outbox. */
  readonly outboxLimit: number;
}

const RETRY_AFTER_S = 1;

export class Intake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** @throws ProblemError 409 or 422 for another document in its place, 503 when it could not be kept */
  async take(arrival: Arrival): Promise<Taken> {
    const { kind, outbox, outboxLimit } = this.#options;
    const entry = this.#entryOf(arrival);
    const waiting = outbox?.waiting ?? 0;
    if (waiting >= outboxLimit) {
      const detail = `${waiting} wait for the ${kind.nextName} service already. Nothing was kept.`;
      throw new ProblemError("unavailable", detail, { retryAfterS: RETRY_AFTER_S });
    }
    const found = await this.#ask((store) => store.add(entry, kind.effect(entry.contents)));
    if (found === undefined) {
      if (entry.state === "pending") outbox?.added(entry);
      return { entry, isNew: true };
    }
    if (found.fingerprint === entry.fingerprint) return { entry: found, isNew: false };
    if (found.requestKey === entry.requestKey && arrival.key !== undefined) {
      const detail = "This Idempotency-Key came with another body before. Use a new key.";
      throw new ProblemError("invalid", detail, {
        errors: [{ field: "Idempotency-Key", message: "belongs to another request" }],
      });
    }
    throw new ProblemError("conflict", `${kind.name} ${found.id} is there with other contents.`);
  }

  /** Whether the chain ends here with a document that is so many places from its beginning. */
  isLast(hop: number): boolean {
    return this.#options.outbox === undefined || hop >= this.#options.jumps;
  }

  /** @throws ProblemError 404, or 503 when the store does not answer */
  async find(id: string): Promise<Entry> {
    const found = await this.#ask((store) => store.find(id));
    if (found !== undefined) return found;
    throw new ProblemError("not-found", `There is no ${this.#options.kind.name} ${id}.`);
  }

  async #ask<T>(question: (store: Store) => Promise<T>): Promise<T> {
    try {
      return await question(this.#options.store);
    } catch (cause) {
      const detail = "The store does not answer. Repeat the request as it was: it counts once.";
      throw new ProblemError("unavailable", detail, { retryAfterS: RETRY_AFTER_S, cause });
    }
  }

  #entryOf({ contents, key, hop, dueInMs }: Arrival): Entry {
    const { kind } = this.#options;
    const id = kind.identify(contents, hop) ?? randomUUID();
    const nowMs = Date.now();
    return {
      id,
      requestKey: key === undefined ? `id:${id}` : `key:${key}`,
      fingerprint: fingerprint(contents),
      contents,
      hop,
      acceptedAtMs: nowMs,
      state: this.isLast(hop) ? "done" : "pending",
      changedAtMs: nowMs,
      dueAtMs: nowMs + dueInMs,
      nextStatus: "",
      note: "",
    };
  }
}
