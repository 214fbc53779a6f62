import { checkLimit } from "../concurrency-limiter/check.ts";
import { formatDuration, parseDuration } from "../options/duration.ts";
import type { Duration, Problem } from "../options/field.ts";
import type { PolicyOptions } from "../types.ts";

export function at(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

export function ms(duration: Duration | undefined): number | undefined {
  return duration === undefined ? undefined : parseDuration(duration);
}

/** Contradictions within the rate limiter and the bulkhead, and between them and the deadline. */
export function checkLimits(policy: PolicyOptions, path: string): Problem[] {
  const { rateLimiter, bulkhead, deadline } = policy;
  const queue = bulkhead?.queue;
  const problems: Problem[] = [];
  if (rateLimiter?.kind === "slidingWindow" && rateLimiter.burst !== undefined) {
    problems.push({
      path: at(path, "rateLimiter.burst"),
      value: rateLimiter.burst,
      message:
        "a sliding window saves nothing up, so it has no burst: all of its limit may go at once",
      allowed: "burst with kind: tokenBucket",
      fix: "remove burst, or choose kind: tokenBucket",
    });
  }
  if (queue?.maxWait !== undefined && (queue.size ?? 0) === 0) {
    problems.push({
      path: at(path, "bulkhead.queue.maxWait"),
      value: queue.maxWait,
      message: "nobody can wait in a queue of size 0",
      allowed: "maxWait with a size of at least 1",
      fix: "add a size, or remove maxWait",
    });
  }
  const { concurrencyLimiter } = policy;
  return [
    ...problems,
    ...(concurrencyLimiter ? checkLimit(concurrencyLimiter, at(path, "concurrencyLimiter")) : []),
    ...checkWait(at(path, "rateLimiter.maxWait"), rateLimiter?.maxWait, deadline),
    ...checkWait(at(path, "bulkhead.queue.maxWait"), queue?.maxWait, deadline),
  ];
}

function checkWait(path: string, maxWait?: Duration, deadline?: Duration): Problem[] {
  const maxWaitMs = ms(maxWait);
  const deadlineMs = ms(deadline);
  if (maxWaitMs === undefined || deadlineMs === undefined || maxWaitMs <= deadlineMs) return [];
  return [
    {
      path,
      value: maxWait,
      message: `the longest wait is longer than the deadline of the whole call (${formatDuration(deadlineMs)})`,
      allowed: "a maxWait of at most the deadline",
      fix: "shorten maxWait or lengthen the deadline",
    },
  ];
}
