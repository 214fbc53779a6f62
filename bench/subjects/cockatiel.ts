import {
  bulkhead,
  ConstantBackoff,
  circuitBreaker,
  fallback,
  handleAll,
  retry,
  SamplingBreaker,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import { type Call, SAME, type Subject, type Work } from "../subject.ts";

interface Executes {
  execute(work: Work): Promise<unknown>;
}

// It counts retries, not attempts.
const retries = () =>
  retry(handleAll, { maxAttempts: SAME.attempts - 1, backoff: new ConstantBackoff(0) });

const limited = () =>
  timeout(SAME.timeoutMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false });

const breaks = (threshold = 0.5, duration: number = SAME.windowMs) =>
  circuitBreaker(handleAll, {
    halfOpenAfter: SAME.openForMs,
    breaker: new SamplingBreaker({ threshold, duration, minimumRps: 2 }),
  });

const answers = () => fallback(handleAll, 0);

const full = (places: number) =>
  wrap(answers(), retries(), breaks(), bulkhead(places, SAME.queue), limited());

function under(make: () => Executes): (work: Work) => Call {
  return (work) => {
    const policy = make();
    return () => policy.execute(work);
  };
}

function opened(surround: (breaker: ReturnType<typeof breaks>) => Executes) {
  return (work: Work): Call => {
    const breaker = breaks();
    // By hand: its sampling wants failures over a stretch of time. A refusal costs the same.
    breaker.isolate();
    const policy = surround(breaker);
    return () => policy.execute(work);
  };
}

export const subject: Subject = {
  timeout: under(limited),
  retry: under(retries),
  breaker: under(breaks),
  bulkhead: under(() => bulkhead(SAME.concurrent, SAME.queue)),
  full: under(() => full(SAME.concurrent)),
  open: opened((breaker) => breaker),
  openFallback: opened((breaker) => wrap(answers(), breaker)),
  exhausted: under(retries),
  window: under(() => breaks(0.999, 3_600_000)),
  inFlightTimeout: under(limited),
  inFlightFull: under(() => full(SAME.many)),
};
