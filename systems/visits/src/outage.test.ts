// The page, through outages of a real redis-server and of the stand-in, in processes of their own.
import { setTimeout as sleep } from "node:timers/promises";
import { policy } from "breakwater";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { needs, STORE_KINDS, temporaryFolder } from "../test-support/stores.ts";
import { createVisitsService, type VisitsService } from "./page/service.ts";
import { readSettings } from "./page/settings.ts";
import { type RunningStore, runStore } from "./process/start.ts";

interface Answer {
  readonly visits: number | null;
  readonly degraded: boolean;
  readonly tookMs: number;
}

let folder: ReturnType<typeof temporaryFolder>;
let store: RunningStore | undefined;
let page: VisitsService | undefined;
let url = "";

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await page?.close();
  await store?.stop();
  page = undefined;
  store = undefined;
  folder.remove();
});

async function visit(): Promise<Answer> {
  const startedAtMs = performance.now();
  const answer = await fetch(url, { headers: { accept: "application/json" } });
  const body = (await answer.json()) as Answer;
  expect(answer.status).toBe(200);
  return { ...body, tookMs: performance.now() - startedAtMs };
}

/** The first number that can be had. */
async function counted(withinMs: number): Promise<number> {
  const untilMs = performance.now() + withinMs;
  while (performance.now() < untilMs) {
    const { visits } = await visit();
    if (visits !== null) return visits;
    await sleep(20);
  }
  throw new Error(`no visit was counted within ${withinMs} ms`);
}

async function startPage(redisUrl: string, openFor?: string): Promise<void> {
  const settings = readSettings({ REDIS_URL: redisUrl, NAME: "Ada" });
  const breaker = { window: { kind: "consecutive", failures: 1 } } as const;
  const quicker =
    openFor === undefined
      ? {}
      : {
          policy: policy({ name: "redis", timeout: "2s", circuitBreaker: { ...breaker, openFor } }),
        };
  page = await createVisitsService({ ...settings, ...quicker, writeLog: () => {} });
  url = await page.listen();
}

describe.each(STORE_KINDS)("with %s", (kind) => {
  const start = (port = 0): Promise<RunningStore> =>
    runStore({ kind, port, folder: folder.path, log: () => {} });

  test("a paused store costs one visit in 5 s its 2 s, and no acknowledged visit", async (context) => {
    needs(kind, context);
    store = await start();
    await startPage(store.url);
    const before = (await visit()).visits ?? 0;
    expect(before).toBe(1);
    expect((await visit()).visits).toBe(before + 1);

    store.signal("SIGSTOP");
    const first = await visit();
    expect(first).toMatchObject({ visits: null, degraded: true });
    expect(first.tookMs).toBeGreaterThan(1950);
    expect(first.tookMs).toBeLessThan(2600);
    for (let i = 0; i < 10; i++) {
      const next = await visit();
      expect(next).toMatchObject({ visits: null, degraded: true });
      expect(next.tookMs).toBeLessThan(200);
    }

    // A crowd, when 5 s have passed: one of them waits, the others are not made to.
    await sleep(5050);
    const crowd = await Promise.all(Array.from({ length: 10 }, visit));
    expect(crowd.filter(({ degraded }) => degraded)).toHaveLength(10);
    expect(crowd.filter(({ tookMs }) => tookMs > 1950)).toHaveLength(1);
    expect(crowd.filter(({ tookMs }) => tookMs < 300)).toHaveLength(9);

    store.signal("SIGCONT");
    const after = await counted(6000);
    // The two that were told "no number" may count as well: they were sent, and a pause forgets nothing.
    expect(after).toBeGreaterThanOrEqual(before + 2);
    expect(after).toBeLessThanOrEqual(before + 4);
    expect((await visit()).visits).toBe(after + 1);
  });

  test("killed under load, it loses no visit that was acknowledged", async (context) => {
    needs(kind, context);
    store = await start();
    await startPage(store.url, "100ms");
    const port = Number(new URL(store.url).port);
    const acknowledged: number[] = [];
    for (let round = 0; round < 5; round++) {
      let loading = true;
      const callers = Array.from({ length: 16 }, async () => {
        while (loading) {
          const { visits } = await visit();
          if (visits === null) await sleep(5);
          else acknowledged.push(visits);
        }
      });
      await sleep(200 + 37 * round);
      store.signal("SIGKILL");
      await store.ended;
      store = await start(port);
      await counted(5000);
      loading = false;
      await Promise.all(callers);
    }
    const last = await counted(5000);
    expect(acknowledged.length).toBeGreaterThan(100);
    // Nobody was told a number that somebody else was told too, or that the counter has not reached.
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    expect(Math.max(...acknowledged)).toBeLessThan(last);
  });
});
