// One contract for every store: whatever the services rely on, told to each of them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policy } from "breakwater";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ferretdbFound, ferretdbProcess, type Victim } from "../../test-support/processes.ts";
import { mongoStore } from "./mongo.ts";
import { sqliteStore } from "./sqlite.ts";
import { type Entry, LATEST_DUE_MS, type Store } from "./store.ts";

const NOW = 1_800_000_000_000;

function entry(id: string, changes: Partial<Entry> = {}): Entry {
  return {
    id,
    requestKey: `id:${id}`,
    fingerprint: `of ${id}`,
    contents: { id, nested: { list: [1, "two", null, { three: 3.5 }] } },
    hop: 1,
    acceptedAtMs: NOW,
    state: "pending",
    changedAtMs: NOW,
    dueAtMs: NOW,
    nextStatus: "",
    note: "",
    ...changes,
  };
}

const folder = mkdtempSync(join(tmpdir(), "retail-store-"));
let ferretdb: Victim | undefined;
beforeAll(async () => {
  if (!ferretdbFound) return;
  ferretdb = await ferretdbProcess(folder);
  await ferretdb.start();
});
afterAll(async () => {
  await ferretdb?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test("a server that speaks MongoDB's protocol is there to test with", (context) => {
  if (ferretdbFound) return;
  const missing = "ferretdb is not on the PATH (build it with .ci/ferretdb)";
  if (process.env.BREAKWATER_REQUIRE_ALL === "1") throw new Error(missing);
  console.warn(`${missing}: the tests of mongoStore are skipped`);
  context.skip();
});

/** Opens the store of that name: each name is a store of its own, the same name is the same one again. */
type Open = (name: string) => Store;
const openers: readonly [kind: string, there: boolean, open: Open][] = [
  ["sqliteStore", true, (name) => sqliteStore(join(folder, `${name}.sqlite`))],
  [
    "mongoStore",
    ferretdbFound,
    (name) => mongoStore({ url: ferretdb?.url ?? "", name, policy: { timeout: "5s" } }),
  ],
];

describe.each(openers)("%s", (_kind, there, open) => {
  const it = test.runIf(there);

  async function withStore(name: string, use: (store: Store) => Promise<void>) {
    const store = open(name);
    await use(store).finally(() => store.close());
  }

  it("gives back what it was given, to the last value", () =>
    withStore("gives", async (store) => {
      expect(await store.add(entry("a"), undefined)).toBeUndefined();
      expect(await store.find("a")).toEqual(entry("a"));
      expect(await store.find("b")).toBeUndefined();
    }));

  it("keeps the first of two with the same id, whatever their keys", () =>
    withStore("same-id", async (store) => {
      await store.add(entry("a"), undefined);
      const other = entry("a", { requestKey: "key:other", fingerprint: "other" });
      expect(await store.add(other, undefined)).toEqual(entry("a"));
      expect(await store.find("a")).toEqual(entry("a"));
    }));

  it("keeps the first of two with the same request key, and names it rather than one of the same id", () =>
    withStore("same-key", async (store) => {
      await store.add(entry("a", { requestKey: "key:k" }), undefined);
      await store.add(entry("b"), undefined);
      const found = await store.add(entry("b", { requestKey: "key:k" }), undefined);
      expect(found?.id).toBe("a");
      expect(await store.waiting()).toBe(2);
    }));

  it("keeps one of many that come at once", () =>
    withStore("at-once", async (store) => {
      const effect = { kind: "charge", detail: "5" } as const;
      const adds = Array.from({ length: 20 }, () => store.add(entry("a"), effect));
      const found = await Promise.all(adds);
      expect(found.filter((each) => each === undefined)).toHaveLength(1);
      expect(await store.waiting()).toBe(1);
    }));

  it("hands out what is due, the longest due first, and no more than asked for", () =>
    withStore("due", async (store) => {
      for (const [id, dueAtMs] of [
        ["later", NOW + 1],
        ["second", NOW - 1],
        ["first", NOW - 2],
        ["third", NOW],
      ] as const) {
        await store.add(entry(id, { dueAtMs }), undefined);
      }
      expect((await store.due(NOW, 10)).map(({ id }) => id)).toEqual(["first", "second", "third"]);
      expect((await store.due(NOW, 2)).map(({ id }) => id)).toEqual(["first", "second"]);
    }));

  it("hands out what nobody has yet before what is only to be asked after", () =>
    withStore("order", async (store) => {
      await store.add(entry("asked", { state: "delivered", dueAtMs: NOW - 9 }), undefined);
      await store.add(entry("new"), undefined);
      expect((await store.due(NOW, 10)).map(({ id }) => id)).toEqual(["new", "asked"]);
    }));

  it("hands out what a wrong clock put off for longer than anything waits", () =>
    withStore("clock", async (store) => {
      await store.add(entry("a", { dueAtMs: NOW + LATEST_DUE_MS + 1 }), undefined);
      await store.add(entry("b", { dueAtMs: NOW + LATEST_DUE_MS }), undefined);
      expect((await store.due(NOW, 10)).map(({ id }) => id)).toEqual(["a"]);
    }));

  it("moves an entry on until it is done, and never back", () =>
    withStore("advance", async (store) => {
      await store.add(entry("a"), undefined);
      const delivered = {
        state: "delivered",
        changedAtMs: NOW + 3,
        dueAtMs: NOW + 5,
        nextStatus: "paid",
        note: "",
      } as const;
      expect(await store.advance("a", delivered)).toBe(true);
      expect(await store.find("a")).toEqual(entry("a", delivered));
      expect(await store.due(NOW, 10)).toEqual([]);
      expect(await store.waiting()).toBe(1);
      const done = {
        state: "done",
        changedAtMs: NOW + 4,
        dueAtMs: NOW,
        nextStatus: "shipped",
        note: "",
      } as const;
      expect(await store.advance("a", done)).toBe(true);
      expect(await store.advance("a", delivered)).toBe(false);
      expect(await store.advance("b", delivered)).toBe(false);
      expect(await store.find("a")).toEqual(entry("a", done));
      expect(await store.due(NOW, 10)).toEqual([]);
      expect(await store.waiting()).toBe(0);
    }));

  it("takes refused entries out of the outbox, with the reason", () =>
    withStore("refused", async (store) => {
      await store.add(entry("a"), undefined);
      const refused = {
        state: "refused",
        changedAtMs: NOW,
        dueAtMs: NOW,
        nextStatus: "",
        note: "no",
      } as const;
      await store.advance("a", refused);
      expect(await store.find("a")).toMatchObject(refused);
      expect(await store.waiting()).toBe(0);
    }));

  it("knows everything when it is opened again", async () => {
    await withStore("again", async (store) => {
      await store.add(entry("a", { requestKey: "key:k" }), { kind: "charge", detail: "7" });
    });
    await withStore("again", async (store) => {
      expect(await store.find("a")).toEqual(entry("a", { requestKey: "key:k" }));
      expect((await store.add(entry("b", { requestKey: "key:k" }), undefined))?.id).toBe("a");
      expect(await store.due(NOW, 10)).toHaveLength(1);
    });
  });

  it("keeps ids apart that differ in case only, and takes the longest", () =>
    withStore("ids", async (store) => {
      const long = `x${"y".repeat(63)}@1000`;
      for (const id of ["A", "a", long])
        expect(await store.add(entry(id), undefined)).toBeUndefined();
      expect((await store.find(long))?.id).toBe(long);
      expect(await store.waiting()).toBe(3);
    }));
});

describe.runIf(ferretdbFound)("mongoStore while its server is away", () => {
  test("rejects, keeps nothing by halves, and works again when the server does", async () => {
    const own = await ferretdbProcess(mkdtempSync(join(folder, "away-")));
    const guard = { timeout: "2s" } as const;
    const store = mongoStore({ url: own.url, name: "away", policy: guard });
    await expect(store.add(entry("a"), undefined)).rejects.toThrow();
    await own.start();
    expect(await store.add(entry("a"), undefined)).toBeUndefined();
    await own.kill();
    await expect(store.find("a")).rejects.toThrow();
    await own.start();
    expect(await store.find("a")).toEqual(entry("a"));
    expect(await store.add(entry("a"), undefined)).toEqual(entry("a"));
    await store.close();
    await own.kill();
  });
});

test("mongoStore's policy is told apart by its name", async () => {
  const store = mongoStore({ url: "mongodb://127.0.0.1:1", name: "x", policy: {} });
  expect(store.policy.name).toBe("mongo");
  expect(policy({}).name).toBe("");
  await store.close();
});
