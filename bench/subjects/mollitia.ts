import {
  BreakerState,
  Bulkhead,
  Circuit,
  Fallback,
  type Module,
  Retry,
  SlidingCountBreaker,
  Timeout,
} from "mollitia";
import { type Call, SAME, type Subject, type Work } from "../subject.ts";

// It counts retries, not attempts.
const retry = () => new Retry({ attempts: SAME.attempts - 1, interval: 0 });
const timeout = () => new Timeout({ delay: SAME.timeoutMs });
const bulkhead = (concurrentSize: number) =>
  new Bulkhead({ concurrentSize, queueSize: SAME.queue, maxQueueWait: SAME.timeoutMs });
const answers = () => new Fallback({ callback: () => 0 });

/** Judges the latest calls: it has a window of time too, which keeps a record of every call. */
const breaker = (options: object = {}) =>
  new SlidingCountBreaker({
    slidingWindowSize: 100,
    minimumNumberOfCalls: SAME.minimumCalls,
    failureRateThreshold: 50,
    openStateDelay: SAME.openForMs,
    ...options,
  });

function under(make: () => Module[]): (work: Work) => Call {
  return (work) => {
    const circuit = new Circuit({ options: { modules: make() } }).fn(work);
    return () => circuit.execute();
  };
}

const full = (places: number) => () => [answers(), retry(), breaker(), bulkhead(places), timeout()];
const open = () => breaker({ state: BreakerState.OPENED });

export const subject: Subject = {
  timeout: under(() => [timeout()]),
  retry: under(() => [retry()]),
  breaker: under(() => [breaker()]),
  bulkhead: under(() => [bulkhead(SAME.concurrent)]),
  full: under(full(SAME.concurrent)),
  open: under(() => [open()]),
  openFallback: under(() => [answers(), open()]),
  exhausted: under(() => [retry()]),
  inFlightTimeout: under(() => [timeout()]),
  inFlightFull: under(full(SAME.many)),
};
