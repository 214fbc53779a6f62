import type { policy as Policy } from "../src/index.ts";

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const fails = async (): Promise<never> => {
  throw new Error("no");
};

type Results = Readonly<Record<string, readonly unknown[]>>;

/** What each exercise came to, in plain data; the same on every runtime that the toolkit works on. */
export const EXPECTED: Results = {
  retry: [3, "ok"],
  timeout: ["timedOut", "BREAKWATER_TIMEOUT", true],
  deadline: ["timedOut", "BREAKWATER_DEADLINE_EXCEEDED"],
  cancelled: ["cancelled", "gone"],
  breaker: ["failed", "failed", "shortCircuited", "open", "ok", "closed"],
  bulkhead: ["ok", "ok", "rejected"],
  fallback: ["fallback", "stood in"],
  listener: ["ok"],
};

/** Every kind of policy once, on the runtime's own clock. Takes about a quarter of a second. */
export async function exercise(policy: typeof Policy): Promise<Results> {
  return {
    retry: await retries(policy),
    timeout: await timesOut(policy),
    deadline: await meetsDeadline(policy),
    cancelled: await isCancelled(policy),
    breaker: await opensAndCloses(policy),
    bulkhead: await isFull(policy),
    fallback: await standsIn(policy),
    listener: await listens(policy),
  };
}

async function retries(policy: typeof Policy): Promise<[number, string]> {
  let attempts = 0;
  const subject = policy({ idempotent: true, retry: { attempts: 3, backoff: { base: "5ms" } } });
  const { outcome } = await subject.runOutcome(async () => (++attempts < 3 ? fails() : "done"));
  return [attempts, outcome];
}

async function timesOut(policy: typeof Policy): Promise<[string, unknown, boolean]> {
  let signal: AbortSignal | undefined;
  const end = await policy({ timeout: "20ms" }).runOutcome((context) => {
    signal = context.signal;
    return wait(60);
  });
  return [end.outcome, codeOf(end.error), signal?.aborted === true];
}

async function meetsDeadline(policy: typeof Policy): Promise<[string, unknown]> {
  const end = await policy({ deadline: "20ms" }).runOutcome(() => wait(60));
  return [end.outcome, codeOf(end.error)];
}

async function isCancelled(policy: typeof Policy): Promise<[string, unknown]> {
  const leaving = new AbortController();
  const call = policy({ timeout: "1s" }).runOutcome(() => wait(60), { signal: leaving.signal });
  leaving.abort("gone");
  const { outcome, error } = await call;
  return [outcome, error];
}

async function opensAndCloses(policy: typeof Policy): Promise<string[]> {
  const subject = policy({ circuitBreaker: { minimumCalls: 2, openFor: "30ms" } });
  const seen: string[] = [];
  for (let i = 0; i < 3; i++) seen.push((await subject.runOutcome(fails)).outcome);
  seen.push(subject.breaker?.state ?? "");
  await wait(45);
  seen.push((await subject.runOutcome(async () => "fine")).outcome, subject.breaker?.state ?? "");
  return seen;
}

async function isFull(policy: typeof Policy): Promise<string[]> {
  const subject = policy({ bulkhead: { concurrent: 1, queue: { size: 1 } } });
  const ends = await Promise.all([1, 2, 3].map(() => subject.runOutcome(() => wait(10))));
  return ends.map(({ outcome }) => outcome);
}

async function standsIn(policy: typeof Policy): Promise<[string, unknown]> {
  const { outcome, value } = await policy({ fallback: () => "stood in" }).runOutcome(fails);
  return [outcome, value];
}

async function listens(policy: typeof Policy): Promise<string[]> {
  const errors: unknown[] = [];
  const subject = policy({}, { onListenerError: (error) => errors.push(error) });
  subject.onFact(() => {
    throw new Error("a broken listener");
  });
  const { outcome } = await subject.runOutcome(async () => "fine");
  return errors.length === 1 ? [outcome] : [outcome, `${errors.length} errors`];
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}
