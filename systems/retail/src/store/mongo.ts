import { policy, type Runtime, type TypedPolicyOptions } from "breakwater";
import { type PolicyCollection, policyCollection } from "breakwater/mongodb";
import { MongoClient, MongoServerError } from "mongodb";
import type { Effect } from "../kinds/kind.ts";
import { type Entry, LATEST_DUE_MS, type Progress, type Store } from "./store.ts";

export interface MongoStoreOptions {
  /** `mongodb://...`; the database is the one it names, `retail` unless it does. */
  readonly url: string;
  /** The collection. */
  readonly name: string;
  /** Protects every call of the store. */
  readonly policy: TypedPolicyOptions<never>;
  readonly runtime?: Runtime;
}

/** The effect is a part of its document, so that both are kept by one write. */
type Document = Omit<Entry, "id"> & { readonly _id: string; readonly effect: Effect | null };

const WAITING: { $in: Entry["state"][] } = { $in: ["pending", "delivered"] };
const DUPLICATE_KEY = 11000;

/** Every write is confirmed by a majority, from the journal. */
const CLIENT = {
  writeConcern: { w: "majority", journal: true, wtimeoutMS: 2000 },
  serverSelectionTimeoutMS: 1000,
  connectTimeoutMS: 1000,
  socketTimeoutMS: 2000,
  maxPoolSize: 32,
  waitQueueTimeoutMS: 1000,
  // The policy decides who tries again, and the outbox does.
  retryReads: false,
  retryWrites: false,
} as const;

/** MongoDB, or a server that speaks as it does. It may be away when this is called, and at any time after. */
export function mongoStore(options: MongoStoreOptions) {
  const client = new MongoClient(options.url, CLIENT);
  // The driver says "test" where the address names no database.
  const named = new URL(options.url).pathname.length > 1;
  const db = client.db(named ? undefined : "retail");
  const guard = policy({ ...options.policy, name: "mongo" }, options.runtime);
  const raw = db.collection<Document>(options.name);
  const documents = policyCollection(raw, guard);
  let made: Promise<unknown> | undefined;
  // Nothing is read or written before the keys are unique. Once the driver has found a server it looks for it
  // again by itself; but where the first connect fails, it has to be told to connect.
  const ready = async (): Promise<void> => {
    made ??= guard.run(async () => {
      await client.connect();
      await raw.createIndex({ requestKey: 1 }, { unique: true });
      await raw.createIndex({ state: 1, dueAtMs: 1 });
    });
    await made.catch((error: unknown) => {
      made = undefined;
      throw error;
    });
  };
  return { ...storeOn(documents, ready, () => client.close()), policy: guard };
}

function storeOn(
  documents: PolicyCollection<Document>,
  ready: () => Promise<void>,
  close: () => Promise<void>,
): Store {
  // What a majority has not confirmed may still be lost, so it is not shown to anybody as kept.
  const confirmed = { readConcern: { level: "majority" } } as const;
  const find = async (filter: { _id: string } | { requestKey: string }) => {
    await ready();
    const found = await documents.findOne(filter, confirmed);
    return found === null ? undefined : entryOf(found as Document);
  };

  return {
    add: async (entry, effect) => {
      await ready();
      try {
        await documents.insertOne(documentOf(entry, effect));
        return undefined;
      } catch (error) {
        if (!(error instanceof MongoServerError) || error.code !== DUPLICATE_KEY) throw error;
      }
      // Mostly it is the same request once more, and found by its id.
      const same = await find({ _id: entry.id });
      if (same?.requestKey === entry.requestKey) return same;
      return (await find({ requestKey: entry.requestKey })) ?? same;
    },
    find: (id) => find({ _id: id }),
    advance: async (id, progress: Progress) => {
      const { state, changedAtMs, dueAtMs, nextStatus, note } = progress;
      await ready();
      const $set = { state, changedAtMs, dueAtMs, nextStatus, note };
      const { matchedCount } = await documents.updateOne({ _id: id, state: WAITING }, { $set });
      return matchedCount === 1;
    },
    due: async (nowMs, limit) => {
      await ready();
      const isDue = [{ dueAtMs: { $lte: nowMs } }, { dueAtMs: { $gt: nowMs + LATEST_DUE_MS } }];
      const found = documents.find({ state: WAITING, $or: isDue }, confirmed);
      return (await found.sort({ state: -1, dueAtMs: 1 }).limit(limit).toArray()).map((each) =>
        entryOf(each as Document),
      );
    },
    waiting: async () => {
      await ready();
      return documents.countDocuments({ state: WAITING });
    },
    close,
  };
}

function documentOf({ id, ...rest }: Entry, effect: Effect | undefined): Document {
  return { _id: id, ...rest, effect: effect ?? null };
}

function entryOf({ _id, effect: _, ...rest }: Document): Entry {
  return { id: _id, ...rest };
}
