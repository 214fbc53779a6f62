// The entry files as processes of their own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../test-support/stores.ts";
import { StandIn } from "./stand-in/server.ts";

let folder: ReturnType<typeof temporaryFolder>;
let started: ChildProcess[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const child of started) child.kill("SIGKILL");
  started = [];
  folder.remove();
});

function start(entry: string, env: Readonly<Record<string, string>>) {
  const { REDIS_URL, NAME, ...inherited } = process.env;
  const file = fileURLToPath(new URL(entry, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=breakwater-source", file], {
    env: { ...inherited, VISITS_DATA: folder.path, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  const seen = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    seen.out += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    seen.err += String(chunk);
  });
  return { child, seen };
}

interface Announcement {
  readonly listening: string;
  readonly service: string;
  readonly page: { readonly pid: number };
  readonly store: { readonly kind: string; readonly url: string; readonly pid: number | null };
}

async function announced({ seen }: ReturnType<typeof start>): Promise<Announcement> {
  await expect.poll(() => seen.out, { timeout: 15_000 }).toContain('{"listening":');
  return JSON.parse(seen.out.split("\n").find((line) => line.startsWith('{"listening":')) ?? "");
}

async function endedWith({ child }: ReturnType<typeof start>): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  return child.exitCode;
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("all.ts", () => {
  test("starts a store and the page, and ends both on SIGTERM within 2 s", async () => {
    const all = start("all.ts", { VISITS_STORE: "stand-in", NAME: "Ada" });
    const { listening, service, page, store } = await announced(all);
    expect({ service, kind: store.kind }).toEqual({ service: "visits", kind: "stand-in" });
    expect(await (await fetch(listening)).text()).toContain("Hello Ada!");
    const endsAtMs = performance.now() + 2000;
    all.child.kill("SIGTERM");
    expect(await endedWith(all)).toBe(0);
    expect(performance.now()).toBeLessThan(endsAtMs);
    expect([page.pid, store.pid ?? 0].filter(isAlive)).toEqual([]);
    expect(all.seen.err).toContain("This is a stand-in for Redis, not Redis");
    expect(all.seen.out).toContain('"service":"visits","method":"GET","route":"/"');
  });

  test("uses the Redis at REDIS_URL and starts none", async () => {
    const standIn = await StandIn.start({ file: `${folder.path}/other.jsonl` });
    const all = start("all.ts", { REDIS_URL: `redis://127.0.0.1:${standIn.port}` });
    const { listening, store } = await announced(all);
    expect(store).toEqual({ kind: "url", url: `redis://127.0.0.1:${standIn.port}`, pid: null });
    expect(await (await fetch(listening)).text()).toContain("Visits: 1.");
    all.child.kill("SIGTERM");
    expect(await endedWith(all)).toBe(0);
    await standIn.close();
  });

  test("killed, it leaves neither the page nor the stand-in behind", async () => {
    const all = start("all.ts", { VISITS_STORE: "stand-in" });
    const { page, store } = await announced(all);
    all.child.kill("SIGKILL");
    await expect
      .poll(() => [page.pid, store.pid ?? 0].filter(isAlive), { timeout: 5000 })
      .toEqual([]);
  });

  test("ends when the store has ended by itself", async () => {
    const all = start("all.ts", { VISITS_STORE: "stand-in" });
    const { page, store } = await announced(all);
    process.kill(store.pid ?? 0, "SIGKILL");
    expect(await endedWith(all)).toBe(1);
    expect(all.seen.err).toContain("redis-stand-in has ended by itself: SIGKILL");
    expect(isAlive(page.pid)).toBe(false);
  });
});

describe("mistakes are told in one line", () => {
  test.each([
    ["all.ts", { VISITS_STORE: "mysql" }, "VISITS_STORE"],
    ["all.ts", { PORT: "http" }, 'PORT is "http"'],
    ["visits.ts", { REDIS_URL: "localhost" }, "REDIS_URL is no address of a Redis"],
    ["visits.ts", { BREAKWATER_POLICIES: "[]" }, "BREAKWATER_POLICIES is no JSON object"],
    ["redis-stand-in.ts", { STAND_IN_FSYNC: "sometimes" }, "STAND_IN_FSYNC"],
  ])("%s with %j", async (entry, env, message) => {
    const run = start(entry, env as Readonly<Record<string, string>>);
    expect(await endedWith(run)).toBe(2);
    expect(run.seen.out).toBe("");
    expect(run.seen.err).toMatch(/^error: [^\n]+\n$/);
    expect(run.seen.err).toContain(message);
  });
});
