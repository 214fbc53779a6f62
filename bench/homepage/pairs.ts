/** The homepage system as processes: pages per second with all policies, with none, and without Breakwater, in pairs. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { LoadOrder, LoadResult } from "./load.ts";

const SUBJECTS = ["all", "none", "bare"] as const;
export type Subject = (typeof SUBJECTS)[number];

export interface PairCounts {
  /** How often each subject has its turn. */
  readonly rounds: number;
  readonly turnMs: number;
  readonly users: number;
}

export interface PairResult {
  /** Over all turns. */
  readonly pagesPerSecond: number;
  /** Of the homepage's process alone, in milliseconds for each page, growing warm included. */
  readonly cpuMsPerPage: number;
}

const GUARD = {
  deadline: "5s",
  timeout: "2s",
  bulkhead: { concurrent: 100, queue: { size: 100 } },
  rateLimiter: { limit: 1_000_000, per: "1s" },
  circuitBreaker: { window: { kind: "time", size: "10s" }, failureRate: 0.5, openFor: "10s" },
};
const READ = {
  ...GUARD,
  idempotent: true,
  retry: { attempts: 3, backoff: { base: "100ms", jitter: "full" }, budget: { ratio: 0.1 } },
  fallback: { value: [] },
};
const ALL = { authentication: GUARD, recommendations: READ, "popular-items": READ };

const system = (path: string): string =>
  fileURLToPath(new URL(`../../systems/homepage/${path}`, import.meta.url));

interface Running {
  readonly url: string;
  readonly child: ChildProcess;
}

async function start(path: string, env: Record<string, string> = {}): Promise<Running> {
  const child = spawn(process.execPath, ["--conditions=breakwater-source", system(path)], {
    env: { PATH: process.env.PATH ?? "", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  child.stdout.removeAllListeners("data").resume();
  return { child, url: (JSON.parse(line) as { listening: string }).listening };
}

/** What a process has used of its processor so far, in milliseconds. A tick of Linux is 10 ms. */
function cpuMs({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export async function runPairs(counts: PairCounts): Promise<Record<Subject, PairResult>> {
  const authentication = await start("src/authentication.ts");
  const AUTHENTICATION_URL = authentication.url;
  const recommendations = await start("src/recommendations.ts", { AUTHENTICATION_URL });
  const popular = await start("src/popular.ts");
  const below = [authentication, recommendations, popular];
  const urls = {
    AUTHENTICATION_URL,
    RECOMMENDATIONS_URL: recommendations.url,
    POPULAR_ITEMS_URL: popular.url,
  };
  const home = (policies: object) =>
    start("src/homepage.ts", { ...urls, BREAKWATER_POLICIES: JSON.stringify(policies) });
  const subjects: Record<Subject, Running> = {
    all: await home(ALL),
    none: await home({}),
    bare: await start("test-support/bare-homepage.ts", urls),
  };
  try {
    return await measured(subjects, counts);
  } finally {
    for (const { child } of [...below, ...Object.values(subjects)]) child.kill("SIGKILL");
  }
}

async function measured(
  subjects: Record<Subject, Running>,
  { rounds, turnMs, users }: PairCounts,
): Promise<Record<Subject, PairResult>> {
  const urls = SUBJECTS.map((subject) => subjects[subject].url);
  const order: LoadOrder = { urls, users, rounds, turnMs };
  const cpuBefore = SUBJECTS.map((subject) => cpuMs(subjects[subject].child));
  const turns = await runLoad(order);
  const result = (index: number): PairResult => {
    const mine = turns[index] ?? [];
    const pages = mine.reduce((sum, turn) => sum + turn.pages, 0);
    const tookMs = mine.reduce((sum, turn) => sum + turn.tookMs, 0);
    const usedMs = cpuMs(subjects[SUBJECTS[index] as Subject].child) - (cpuBefore[index] ?? 0);
    const all = pages * (1 + Math.ceil(rounds / 10) / rounds);
    return { pagesPerSecond: (pages / tookMs) * 1000, cpuMsPerPage: usedMs / all };
  };
  return { all: result(0), none: result(1), bare: result(2) };
}

async function runLoad(order: LoadOrder): Promise<LoadResult> {
  const script = fileURLToPath(new URL("load.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const [code] = (await once(child, "close")) as [number];
  if (code !== 0) throw new Error("the load generator has failed");
  return JSON.parse(text) as LoadResult;
}
