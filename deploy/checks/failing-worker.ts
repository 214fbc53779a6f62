// What the balancer does about a worker that fails under load, and about its return. Used with and without containers.
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, steadyLoad } from "./load.ts";
import { until } from "./processes.ts";
import { countOf } from "./status-page.ts";

export interface FailingWorker {
  /** Where the load goes. */
  readonly url: string;
  readonly statusUrl: string;
  readonly perSecond: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes one of two workers fail, and well again. */
  fail(): Promise<unknown> | unknown;
  recover(): Promise<unknown> | unknown;
}

export interface Report {
  /** From the failure until the status page no longer said UP. */
  readonly outAfterMs: number;
  /** From the recovery until it said UP again. */
  readonly backAfterMs: number;
  readonly requests: number;
  readonly failed: number;
  /** What those that failed were answered, 0 for nothing. */
  readonly statuses: string;
  /** Of requests that were sent later than so long after the failure. */
  readonly failedAfter2s: number;
  /** From the failure until the last request that failed was sent; 0 when none has. */
  readonly lastFailedAtMs: number;
  readonly slowestMs: number;
  readonly answers: readonly Answer[];
}

const CALM_MS = 500;
const WATCHED_MS = 4000;

export async function failingWorker(subject: FailingWorker): Promise<Report> {
  const { statusUrl } = subject;
  await until(async () => (await countOf(statusUrl, "UP")) === 2, "both workers are UP");
  const load = steadyLoad(subject.url, subject.perSecond, subject.headers);
  try {
    await sleep(CALM_MS);
    const failedAtMs = performance.now();
    await subject.fail();
    await until(async () => (await countOf(statusUrl, "UP")) === 1, "the worker is out");
    const outAfterMs = performance.now() - failedAtMs;
    await sleep(Math.max(0, WATCHED_MS - outAfterMs));
    const recoveredAtMs = performance.now();
    await subject.recover();
    await until(async () => (await countOf(statusUrl, "UP")) === 2, "the worker is back");
    const backAfterMs = performance.now() - recoveredAtMs;
    await sleep(CALM_MS);
    await load.stop();
    return { ...figures(load.answers, failedAtMs), outAfterMs, backAfterMs };
  } finally {
    await load.stop();
  }
}

function figures(answers: readonly Answer[], failedAtMs: number) {
  const failed = answers.filter(({ status }) => status !== 200);
  const after = failed.map(({ atMs }) => atMs - failedAtMs);
  return {
    answers,
    requests: answers.length,
    failed: failed.length,
    statuses: [...new Set(failed.map(({ status }) => status))].join(", "),
    failedAfter2s: after.filter((ms) => ms > 2000).length,
    lastFailedAtMs: Math.max(0, ...after),
    slowestMs: Math.max(...answers.map(({ tookMs }) => tookMs)),
  };
}

/** One line for people. */
export function toldOf(what: string, report: Report): string {
  const ms = (value: number): string => `${Math.round(value)} ms`;
  return (
    `${what}: out after ${ms(report.outAfterMs)}; of ${report.requests} requests ${report.failed} failed (${report.statuses}), the last ` +
    `sent ${ms(report.lastFailedAtMs)} after the failure, ${report.failedAfter2s} later than 2 s; slowest ` +
    `${ms(report.slowestMs)}; back after ${ms(report.backAfterMs)}`
  );
}
