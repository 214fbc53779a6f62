/** The homepage system as processes: pages per second with all policies, with none, and without Breakwater, in pairs. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median } from "../measure.ts";
import type { LoadOrder, LoadResult } from "./load.ts";

const SUBJECTS = ["all", "none", "bare"] as const;
type Subject = (typeof SUBJECTS)[number];

export interface PairCounts {
  /** How often each subject has its turn. */
  readonly rounds: number;
  readonly roundMs: number;
  readonly users: number;
}

/** Of one subject: medians over the rounds. */
export interface PairResult {
  readonly pagesPerSecond: number;
  /** Of the homepage's process alone, in milliseconds for each page. */
  readonly cpuMsPerPage: number;
  /** Against `none` in the same round. */
  readonly rateRatio: number;
  readonly cpuRatio: number;
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

interface Turn {
  readonly rate: number;
  readonly cpu: number;
}

async function turn({ url, child }: Running, { roundMs: ms, users }: PairCounts): Promise<Turn> {
  const order: LoadOrder = { url, users, ms };
  const before = cpuMs(child);
  const script = fileURLToPath(new URL("load.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(order)]);
  const { pages, failed, tookMs } = JSON.parse(stdout) as LoadResult;
  if (failed > 0 || pages === 0) throw new Error(`${failed} of ${failed + pages} pages failed`);
  return { rate: (pages / tookMs) * 1000, cpu: (cpuMs(child) - before) / pages };
}

export async function runPairs(
  counts: PairCounts,
  progress: (text: string) => void,
): Promise<Record<Subject, PairResult>> {
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
    return await measured(subjects, counts, progress);
  } finally {
    for (const { child } of [...below, ...Object.values(subjects)]) child.kill("SIGKILL");
  }
}

async function measured(
  subjects: Record<Subject, Running>,
  counts: PairCounts,
  progress: (text: string) => void,
): Promise<Record<Subject, PairResult>> {
  const turns: Record<Subject, Turn[]> = { all: [], none: [], bare: [] };
  // The first round only warms up. Who comes first changes, for a machine may grow slower or faster.
  for (let round = 0; round <= counts.rounds; round++) {
    progress(round === 0 ? "growing warm" : `round ${round} of ${counts.rounds}`);
    for (const subject of round % 2 === 0 ? SUBJECTS : SUBJECTS.toReversed()) {
      const one = await turn(subjects[subject], counts);
      if (round > 0) turns[subject].push(one);
    }
  }
  const result = (subject: Subject): PairResult => {
    const mine = turns[subject];
    const ratio = (key: keyof Turn): number =>
      median(mine.map((each, index) => each[key] / (turns.none[index]?.[key] ?? Number.NaN)));
    return {
      pagesPerSecond: median(mine.map(({ rate }) => rate)),
      cpuMsPerPage: median(mine.map(({ cpu }) => cpu)),
      rateRatio: ratio("rate"),
      cpuRatio: ratio("cpu"),
    };
  };
  return { all: result("all"), none: result("none"), bare: result("bare") };
}
