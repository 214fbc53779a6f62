import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { Effect } from "../kinds/kind.ts";
import { GroupCommit } from "./group-commit.ts";
import { type Entry, LATEST_DUE_MS, type Progress, type Store } from "./store.ts";

// WAL with FULL: a commit has reached the disk (fsync of the log) before it returns.
const SCHEMA = `
  PRAGMA busy_timeout = 2000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY,
    request_key TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    contents TEXT NOT NULL,
    hop INTEGER NOT NULL,
    accepted_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    due_at_ms INTEGER NOT NULL,
    next_status TEXT NOT NULL,
    note TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS outbox ON documents (state, due_at_ms) WHERE state IN ('pending', 'delivered');
  CREATE TABLE IF NOT EXISTS ledger (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
`;
const WAITING = "state IN ('pending', 'delivered')";

type Row = Record<string, SQLInputValue>;

/** The embedded store: one file, one process. */
export function sqliteStore(file: string): Store {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file);
  db.exec(SCHEMA);
  const insert = db.prepare(`INSERT INTO documents VALUES
    (:id, :request_key, :fingerprint, :contents, :hop, :accepted_at_ms, :state, :changed_at_ms, :due_at_ms,
     :next_status, :note) ON CONFLICT DO NOTHING`);
  const record = db.prepare("INSERT INTO ledger VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
  const byId = db.prepare("SELECT * FROM documents WHERE id = ?");
  const byKey = db.prepare("SELECT * FROM documents WHERE request_key = ?");
  const update = db.prepare(`UPDATE documents
    SET state = ?, changed_at_ms = ?, due_at_ms = ?, next_status = ?, note = ? WHERE id = ? AND ${WAITING}`);
  const due = db.prepare(`SELECT * FROM documents
    WHERE ${WAITING} AND (due_at_ms <= ? OR due_at_ms > ?) ORDER BY state DESC, due_at_ms LIMIT ?`);
  const count = db.prepare(`SELECT count(*) AS n FROM documents WHERE ${WAITING}`);

  const group = new GroupCommit(db);
  const add = (entry: Entry, effect: Effect | undefined): Entry | undefined => {
    if (insert.run(rowOf(entry)).changes === 0) {
      return entryOf(byKey.get(entry.requestKey) ?? byId.get(entry.id));
    }
    if (effect !== undefined) {
      record.run(entry.id, effect.kind, effect.detail, entry.acceptedAtMs);
    }
    return undefined;
  };

  return {
    add: (entry, effect) => group.write(() => add(entry, effect)),
    find: async (id) => entryOf(byId.get(id)),
    advance: (id, { state, changedAtMs, dueAtMs, nextStatus, note }: Progress) =>
      group.write(
        () => update.run(state, changedAtMs, dueAtMs, nextStatus, note, id).changes === 1,
      ),
    due: async (nowMs, limit) =>
      due.all(nowMs, nowMs + LATEST_DUE_MS, limit).flatMap((row) => entryOf(row) ?? []),
    waiting: async () => Number(count.get()?.n),
    close: async () => {
      group.commit();
      db.close();
    },
  };
}

function rowOf(entry: Entry): Row {
  const { id, fingerprint, hop, state, note } = entry;
  return {
    ...{ id, fingerprint, hop, state, note },
    request_key: entry.requestKey,
    contents: JSON.stringify(entry.contents),
    accepted_at_ms: entry.acceptedAtMs,
    changed_at_ms: entry.changedAtMs,
    due_at_ms: entry.dueAtMs,
    next_status: entry.nextStatus,
  };
}

function entryOf(row: Record<string, unknown> | undefined): Entry | undefined {
  if (row === undefined) return undefined;
  return {
    id: row.id,
    requestKey: row.request_key,
    fingerprint: row.fingerprint,
    contents: JSON.parse(row.contents as string),
    hop: row.hop,
    acceptedAtMs: row.accepted_at_ms,
    state: row.state,
    changedAtMs: row.changed_at_ms,
    dueAtMs: row.due_at_ms,
    nextStatus: row.next_status,
    note: row.note,
  } as Entry;
}
