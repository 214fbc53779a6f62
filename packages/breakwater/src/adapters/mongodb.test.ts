import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import {
  MongoClient,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoServerError,
} from "mongodb";
import { afterEach, describe, expect, it } from "vitest";
import { incoming } from "../http/incoming.ts";
import { type Policy, policy, type TypedPolicyOptions } from "../index.ts";
import { policyCollection } from "./mongodb.ts";

// No server here: what the driver itself does when it cannot reach one, and what its errors are taken for.
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A collection of a server that takes connections and answers nothing, or of none at all. */
async function unreachable(options: TypedPolicyOptions<never>, hangs: boolean) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  if (hangs) closing.push(close);
  else await close();
  // Where a server hangs, only the policy is to end the waiting, however slow the machine is.
  const serverSelectionTimeoutMS = hangs ? 20_000 : 100;
  const client = new MongoClient(`mongodb://127.0.0.1:${port}`, { serverSelectionTimeoutMS });
  closing.push(() => client.close());
  const subject = policy(options);
  const plain = client.db("shop").collection("items");
  return { plain, subject, collection: policyCollection(plain, subject), attempts: count(subject) };
}

function count(subject: Policy) {
  let attempts = 0;
  subject.onFact((fact) => {
    if (fact.type === "attemptStarted") attempts++;
  });
  return () => attempts;
}

const retry = { attempts: 3, backoff: { base: 0 } } as const;
const circuitBreaker = { window: { kind: "consecutive", failures: 3 } } as const;
const three = { idempotent: true, retry, circuitBreaker } as const;

describe("a server that cannot be reached", () => {
  it("opens the circuit, which then refuses at once", async () => {
    const { collection, subject, attempts } = await unreachable(three, false);
    // The second when the driver is asked again without having been connected.
    const failed = /^Mongo(ServerSelection|TopologyClosed)Error$/;
    await expect(collection.findOne({})).rejects.toMatchObject({
      name: expect.stringMatching(failed),
    });
    expect([attempts(), subject.breaker?.state]).toEqual([3, "open"]);
    const refused = { code: "BREAKWATER_CIRCUIT_OPEN" };
    await expect(collection.findOne({})).rejects.toMatchObject(refused);
    await expect(collection.find({}).toArray()).rejects.toMatchObject(refused);
    await expect(collection.insertOne({ a: 1 })).rejects.toMatchObject(refused);
    expect(attempts()).toBe(3);
  });

  it("is asked again for what only reads", async () => {
    const { collection, attempts } = await unreachable({ idempotent: true, retry }, false);
    const calls: [() => Promise<unknown>, number][] = [
      [() => collection.countDocuments({}), 3],
      [() => collection.find({}).sort({ a: 1 }).limit(2).toArray(), 3],
      [() => collection.aggregate([{ $match: {} }]).toArray(), 3],
      [() => collection.aggregate([{ $match: {} }, { $out: "b" }]).toArray(), 1],
      [() => collection.insertOne({ a: 1 }), 1],
      [() => collection.under(incoming({ "breakwater-attempt": "1" })).findOne({}), 1],
    ];
    for (const [call, expected] of calls) {
      const before = attempts();
      await expect(call()).rejects.toThrow();
      expect(attempts() - before).toBe(expected);
    }
  });
});

describe("a server that takes connections and answers nothing", () => {
  it("does not hold a call beyond its timeout, or the deadline of a request", async () => {
    const { collection } = await unreachable({ timeout: "40ms" }, true);
    const late = { code: "BREAKWATER_TIMEOUT" };
    await expect(collection.findOne({})).rejects.toMatchObject(late);
    await expect(collection.find({}).toArray()).rejects.toMatchObject(late);
    const short = collection.under(incoming({ "breakwater-deadline-ms": "10" }));
    const tooLate = { code: "BREAKWATER_DEADLINE_EXCEEDED" };
    await expect(short.updateOne({}, { $set: { a: 1 } })).rejects.toMatchObject(tooLate);
  });
});

describe("errors", () => {
  const errors: [string, Error, number][] = [
    ["a duplicate key", new MongoServerError({ message: "E11000", code: 11000 }), 1],
    ["a mistake of the caller", new MongoInvalidArgumentError("no"), 1],
    ["a primary that stepped down", new MongoServerError({ message: "x", code: 189 }), 3],
    ["the network", new MongoNetworkError("gone"), 3],
  ];
  it.each(errors)("%s", async (_name, error, attempts) => {
    const { plain, subject, attempts: made } = await unreachable(three, false);
    const failing = Object.assign(Object.create(plain), { findOne: () => Promise.reject(error) });
    await expect(policyCollection(failing, subject).findOne({})).rejects.toBe(error);
    expect(made()).toBe(attempts);
    expect(subject.breaker?.state).toBe(attempts === 1 ? "closed" : "open");
  });
});

it("everything else of a collection is as it was", async () => {
  const { plain, collection } = await unreachable({}, false);
  expect(collection.collectionName).toBe("items");
  expect(collection.namespace).toBe(plain.namespace);
  expect(collection.find({}).limit(1).namespace.collection).toBe("items");
  expect(collection.hint).toBeUndefined();
});
