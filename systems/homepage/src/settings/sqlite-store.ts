import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { decoded, NOTHING_SET, type SettingsStore } from "./store.ts";

const TABLE = `CREATE TABLE IF NOT EXISTS settings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT`;

/** The newest of two writers wins only if it knew what it replaces. */
const WRITE = `INSERT INTO settings (id, revision, document) VALUES (1, ?, ?)
ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, document = excluded.document
WHERE settings.revision = ?`;

/** How long a write waits for another process that writes. */
const BUSY_MS = 1000;

/** One row in a file. A write is on the disk before it is answered, so no kill loses one. */
export function sqliteStore(file: string): SettingsStore {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec(TABLE);
  const reading = database.prepare("SELECT revision, document FROM settings WHERE id = 1");
  const writing = database.prepare(WRITE);
  return {
    about: `the file ${file}`,
    read: async () => {
      const row = reading.get() as { revision: number; document: string } | undefined;
      return row === undefined ? NOTHING_SET : decoded(row.revision, row.document);
    },
    write: async (settings, since) => {
      const { changes } = writing.run(since + 1, JSON.stringify(settings), since);
      return changes === 1;
    },
    close: async () => database.close(),
  };
}
