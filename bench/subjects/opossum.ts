import { createRequire } from "node:module";
import { type Call, fails, SAME, type Subject, type Work } from "../subject.ts";

interface Breaker {
  fire(): Promise<unknown>;
  open(): void;
  fallback(answer: () => unknown): void;
}

// It brings no types.
const CircuitBreaker = createRequire(import.meta.url)("opossum") as new (
  work: Work,
  options: object,
) => Breaker;

/** One object is breaker, timeout and bulkhead at once. */
const breaker = {
  errorThresholdPercentage: 50,
  rollingCountTimeout: SAME.windowMs,
  volumeThreshold: SAME.minimumCalls,
  resetTimeout: SAME.openForMs,
  timeout: false,
};
const limited = { ...breaker, timeout: SAME.timeoutMs };

function under(options: object, answer?: () => unknown): (work: Work) => Call {
  return (work) => {
    const subject = new CircuitBreaker(work, options);
    if (answer !== undefined) subject.fallback(answer);
    return () => subject.fire();
  };
}

function opened(answer?: () => unknown): () => Promise<Call> {
  return async () => {
    const subject = new CircuitBreaker(fails, breaker);
    for (let i = 0; i < SAME.minimumCalls; i++) await subject.fire().catch(() => {});
    if (answer !== undefined) subject.fallback(answer);
    subject.open();
    return () => subject.fire();
  };
}

export const subject: Subject = {
  timeout: under(limited),
  breaker: under(breaker),
  bulkhead: under({ ...breaker, capacity: SAME.concurrent }),
  full: under({ ...limited, capacity: SAME.concurrent }, () => 0),
  open: opened(),
  openFallback: opened(() => 0),
  window: under({ ...breaker, errorThresholdPercentage: 100, rollingCountTimeout: 3_600_000 }),
  inFlightTimeout: under(limited),
  inFlightFull: under({ ...limited, capacity: SAME.many }, () => 0),
};
