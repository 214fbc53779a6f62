import {
  type Collection,
  type Document,
  MongoInvalidArgumentError,
  MongoServerError,
} from "mongodb";
import type { Incoming } from "../http/incoming.ts";
import { Outgoing, type OutgoingCall, type OutgoingOptions } from "../http/outgoing.ts";
import type { Policy } from "../types.ts";

export interface PolicyCollectionOptions extends Pick<OutgoingOptions, "retryOwner"> {
  /** Which methods may be called again after a failure: those that only read, unless given. */
  readonly mayRepeat?: ((method: string, args: readonly unknown[]) => boolean) | undefined;
}

/** A collection whose methods go under a policy. */
export type PolicyCollection<T extends Document> = Collection<T> & {
  /** The same on behalf of a request: its deadline, priority and signal hold for every call. */
  under(incoming: Incoming): PolicyCollection<T>;
};

type Method = (...args: unknown[]) => unknown;
type Answer = { readonly value: unknown } | { readonly error: unknown };
type Run = (method: string, args: unknown[], attempt: (signal: AbortSignal) => unknown) => unknown;

const READS = new Set([
  "findOne",
  "countDocuments",
  "estimatedDocumentCount",
  "distinct",
  "indexes",
]);
const WRITES = new Set(
  `insertOne insertMany updateOne updateMany replaceOne deleteOne deleteMany bulkWrite findOneAndUpdate
  findOneAndReplace findOneAndDelete createIndex createIndexes dropIndex dropIndexes drop`.split(
    /\s+/,
  ),
);
const CURSORS = new Set(["find", "aggregate"]);

/**
 * Wraps a collection of the MongoDB driver: each of its calls is one call under the policy, and so is `toArray()` of
 * what `find` and `aggregate` return; a cursor that is read in another way passes by the policy. An answer such as a
 * duplicate key, and a mistake in the call itself, is neither a failure nor tried again.
 */
export function policyCollection<T extends Document>(
  collection: Collection<T>,
  policy: Policy<never>,
  options: PolicyCollectionOptions = {},
): PolicyCollection<T> {
  const { mayRepeat = onlyReads } = options;
  const outgoing = new Outgoing(policy, options);

  const wrap = (from: Incoming | undefined): PolicyCollection<T> => {
    const run: Run = async (method, args, attempt) => {
      const call: OutgoingCall = outgoing.call(from, mayRepeat(method, args), from?.signal);
      const answer = await policy.run(({ signal }) => answerOf(() => attempt(signal)), call.run);
      if ("error" in answer) throw answer.error;
      return answer.value;
    };
    return new Proxy(collection, {
      get(target, key) {
        if (key === "under") return wrap;
        const value = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        const method: Method = value.bind(target);
        if (typeof key !== "string") return method;
        if (READS.has(key) || WRITES.has(key)) {
          return (...args: unknown[]) => run(key, args, () => method(...args));
        }
        if (!CURSORS.has(key)) return method;
        return (...args: unknown[]) => wrapCursor(method(...args) as Cursor, key, args, run);
      },
    }) as PolicyCollection<T>;
  };
  return wrap(undefined);
}

interface Cursor {
  clone(): Cursor;
  close(): Promise<void>;
  toArray(): Promise<unknown[]>;
}

/** Each attempt reads a cursor of its own, which is closed when nobody waits for it any more. */
function wrapCursor(cursor: Cursor, method: string, args: unknown[], run: Run): Cursor {
  const wrapped: Cursor = new Proxy(cursor, {
    get(target, key) {
      if (key === "toArray") {
        return () =>
          run(method, args, (signal) => {
            const own = target.clone();
            signal.addEventListener("abort", () => own.close().catch(() => {}), { once: true });
            return own.toArray();
          });
      }
      const value = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        const result = value.apply(target, given);
        return result === target ? wrapped : result;
      };
    },
  });
  return wrapped;
}

/** An aggregation that ends with $out or $merge writes. */
function onlyReads(method: string, [pipeline]: readonly unknown[]): boolean {
  if (method !== "aggregate") return READS.has(method) || method === "find";
  const stages = Array.isArray(pipeline) ? pipeline : [];
  return !stages.some((stage) => "$out" in stage || "$merge" in stage);
}

async function answerOf(call: () => unknown): Promise<Answer> {
  try {
    return { value: await call() };
  } catch (error) {
    if (isAnswer(error)) return { error };
    throw error;
  }
}

/**
 * Codes with which a server says that it cannot serve anybody just now: those that the specification of retryable
 * reads lists, and MaxTimeMSExpired.
 */
const UNABLE = new Set([6, 7, 50, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** Whether it was the call that was wrong, and not the server. */
function isAnswer(error: unknown): boolean {
  if (error instanceof MongoInvalidArgumentError) return true;
  return error instanceof MongoServerError && !UNABLE.has(Number(error.code));
}
