import { MongoClient } from "mongodb";
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "vitest";
import { hasMongoServer, MongoServer } from "../../test-support/mongo-server.ts";
import { incoming } from "../http/incoming.ts";
import { policy, type TypedPolicyOptions } from "../index.ts";
import { policyCollection } from "./mongodb.ts";

const found = hasMongoServer();

test("a server that speaks MongoDB's protocol is there to test with", (context) => {
  if (found) return;
  if (process.env.BREAKWATER_REQUIRE_ALL === "1") throw new Error("ferretdb is not on the PATH");
  console.warn("ferretdb is not on the PATH: tests are skipped; .ci/ferretdb installs it");
  context.skip();
});

interface Item {
  _id: number;
  name: string;
  left: number;
}

describe.runIf(found)("a server that answers", () => {
  let server: MongoServer;
  let client: MongoClient;
  beforeAll(async () => {
    server = await MongoServer.start();
    const options = { serverSelectionTimeoutMS: 500, heartbeatFrequencyMS: 500 };
    client = new MongoClient(server.url, options);
    await client.connect();
  }, 30_000);
  afterAll(async () => {
    await client.close();
    await server.stop();
  });

  const plain = () => client.db("shop").collection<Item>("items");
  afterEach(async () => {
    await plain().deleteMany({});
  });

  function under(options: TypedPolicyOptions<never>) {
    const subject = policy(options);
    let attempts = 0;
    subject.onFact(({ type }) => {
      if (type === "attemptStarted") attempts++;
    });
    return { subject, items: policyCollection(plain(), subject), attempts: () => attempts };
  }

  const item = (_id: number): Item => ({ _id, name: `item ${_id}`, left: _id });

  it("does what the collection does: each call is one call of the policy", async () => {
    const { items, attempts } = under({ timeout: "10s" });
    expect(await items.insertOne(item(1))).toMatchObject({ acknowledged: true, insertedId: 1 });
    expect((await items.insertMany([2, 3, 4].map(item))).insertedCount).toBe(3);
    expect(await items.findOne({ _id: 2 })).toEqual(item(2));
    expect(await items.countDocuments({ left: { $gt: 1 } })).toBe(3);
    expect(await items.estimatedDocumentCount()).toBe(4);
    expect((await items.distinct("name")).length).toBe(4);
    const changed = await items.updateOne({ _id: 1 }, { $set: { left: 9 } });
    expect(changed.modifiedCount).toBe(1);
    const taken = await items.findOneAndUpdate(
      { _id: 4 },
      { $inc: { left: -1 } },
      { returnDocument: "after" },
    );
    expect(taken?.left).toBe(3);
    expect((await items.replaceOne({ _id: 3 }, { name: "x", left: 0 })).modifiedCount).toBe(1);
    expect((await items.deleteOne({ _id: 2 })).deletedCount).toBe(1);
    expect(attempts()).toBe(10);
  });

  it("reads whole cursors, with what was chained to them", async () => {
    const { items, attempts } = under({ timeout: "10s" });
    await plain().insertMany([1, 2, 3, 4].map(item));
    const some = await items
      .find({ left: { $gt: 1 } })
      .sort({ left: -1 })
      .limit(2)
      .toArray();
    expect(some.map(({ _id }) => _id)).toEqual([4, 3]);
    const sums = await items.aggregate([{ $group: { _id: null, n: { $sum: 1 } } }]).toArray();
    expect(sums).toEqual([{ _id: null, n: 4 }]);
    expect(attempts()).toBe(2);
    const seen: number[] = [];
    for await (const { _id } of items.find({})) seen.push(_id);
    expect(seen).toHaveLength(4);
    expect(attempts()).toBe(2);
  });

  it("takes a duplicate key for an answer: no retry, no failure", async () => {
    const circuitBreaker = { window: { kind: "consecutive", failures: 1 } } as const;
    const retry = { attempts: 3, backoff: { base: 0 } };
    const made = under({ idempotent: true, retry, circuitBreaker });
    const all = policyCollection(plain(), made.subject, { mayRepeat: () => true });
    await all.insertOne(item(1));
    await expect(all.insertOne(item(1))).rejects.toMatchObject({ code: 11000 });
    await expect(all.updateOne({ _id: 1 }, { left: 1 } as never)).rejects.toThrow("atomic");
    expect([made.attempts(), made.subject.breaker?.state]).toEqual([3, "closed"]);
  });

  it("a server that hangs costs no more than the timeout, and goes on afterwards", async () => {
    const { items } = under({ timeout: "100ms" });
    await items.insertOne(item(1));
    server.freeze();
    const begunMs = performance.now();
    const late = { code: "BREAKWATER_TIMEOUT" };
    await expect(items.findOne({ _id: 1 })).rejects.toMatchObject(late);
    await expect(items.find({}).toArray()).rejects.toMatchObject(late);
    const short = items.under(incoming({ "breakwater-deadline-ms": "20" }));
    await expect(short.countDocuments()).rejects.toMatchObject({
      code: "BREAKWATER_DEADLINE_EXCEEDED",
    });
    expect(performance.now() - begunMs).toBeLessThan(1000);
    server.thaw();
    await expect(policyCollection(plain(), policy({})).findOne({ _id: 1 })).resolves.toEqual(
      item(1),
    );
  });

  it("a server that dies opens the circuit, and one that comes back closes it", async () => {
    const { items, subject } = under({
      circuitBreaker: { window: { kind: "consecutive", failures: 2 }, openFor: "100ms" },
    });
    await items.insertOne(item(1));
    await server.kill();
    for (let i = 0; i < 2; i++) await expect(items.findOne({ _id: 1 })).rejects.toThrow(/./);
    const refused = { code: "BREAKWATER_CIRCUIT_OPEN" };
    await expect(items.findOne({ _id: 1 })).rejects.toMatchObject(refused);
    await server.run();
    const answered = async () => (await items.findOne({ _id: 1 }).catch(() => undefined))?._id;
    await expect.poll(answered, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => subject.breaker?.state, { timeout: 10_000 }).not.toBe("open");
  }, 30_000);
});
