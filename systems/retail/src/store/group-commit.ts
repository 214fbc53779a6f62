/**
 * Writes that come in the same turn of the event loop share one transaction, and so one wait for the disk. Each
 * promise resolves after the commit; when that fails, nothing of the group has happened, and all of them reject.
 */
import type { DatabaseSync } from "node:sqlite";

interface Waiting {
  run(): void;
  /** After the commit. */
  kept(): void;
  failed(error: unknown): void;
}

export class GroupCommit {
  readonly #db: DatabaseSync;
  #group: Waiting[] = [];

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  write<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      if (this.#group.length === 0) setImmediate(() => this.commit());
      this.#group.push({
        run: () => {
          result = work();
        },
        kept: () => resolve(result),
        failed: reject,
      });
    });
  }

  /** Now, instead of at the end of this turn. */
  commit(): void {
    const group = this.#group;
    this.#group = [];
    if (group.length === 0) return;
    try {
      this.#commit(group);
    } catch (error) {
      for (const each of group) each.failed(error);
      return;
    }
    for (const each of group) each.kept();
  }

  #commit(group: readonly Waiting[]): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      for (const each of group) each.run();
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }
}
