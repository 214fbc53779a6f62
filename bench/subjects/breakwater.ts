import {
  type Clock,
  type Policy,
  type PolicyOptions,
  policy,
  type Runtime,
  realClock,
} from "breakwater";
import { type Call, fails, SAME, type Subject, type Work } from "../subject.ts";

const timeout = SAME.timeoutMs;
const retry = { attempts: SAME.attempts, backoff: { base: 0 } };
const circuitBreaker = {
  window: { kind: "time", size: SAME.windowMs },
  failureRate: 0.5,
  minimumCalls: SAME.minimumCalls,
  openFor: SAME.openForMs,
} as const;
const bulkhead = { concurrent: SAME.concurrent, queue: { size: SAME.queue } };
const fallback = { value: 0 };
const full: PolicyOptions = {
  idempotent: true,
  deadline: 5_000,
  retry: { ...retry, budget: { ratio: 0.1 } },
  bulkhead,
  circuitBreaker,
  timeout,
  fallback,
};

function under(options: PolicyOptions): (work: Work) => Call {
  return (work) => {
    const subject = policy(options);
    return () => subject.run(work);
  };
}

async function opened(options: PolicyOptions, runtime: Runtime = {}): Promise<Policy<unknown>> {
  const subject = policy<unknown>(options, runtime);
  for (let i = 0; i < SAME.minimumCalls; i++) await subject.runOutcome(fails);
  return subject;
}

function refusing(options: PolicyOptions, runtime?: Runtime): (work: Work) => Promise<Call> {
  return async (work) => {
    const subject = await opened(options, runtime);
    return () => subject.run(work);
  };
}

const openForLong = {
  ...circuitBreaker,
  window: { kind: "count", size: SAME.minimumCalls },
  openFor: "24d",
} as const;

/** Its millisecond passes in a ten-thousandth of one, so that no two refusals share an error. */
const rushing: Clock = {
  now: () => performance.now() * 1e4,
  schedule: realClock.schedule.bind(realClock),
  cancel: realClock.cancel.bind(realClock),
};

export const subject: Subject = {
  timeout: under({ timeout }),
  retry: under({ idempotent: true, retry }),
  breaker: under({ circuitBreaker }),
  bulkhead: under({ bulkhead }),
  full: under(full),
  fullOutcome: (work) => {
    const subject = policy(full);
    return () => subject.runOutcome(work);
  },
  open: refusing({ circuitBreaker }),
  openApart: refusing({ circuitBreaker: openForLong }, { clock: rushing }),
  openFallback: refusing({ circuitBreaker, fallback }),
  openOutcome: async (work) => {
    const subject = await opened({ circuitBreaker });
    return () => subject.runOutcome(work);
  },
  exhausted: under({ idempotent: true, retry }),
  window: under({
    circuitBreaker: { ...circuitBreaker, failureRate: 1, window: { kind: "time", size: "1h" } },
  }),
  inFlightTimeout: under({ timeout }),
  inFlightFull: under({ ...full, bulkhead: { concurrent: SAME.many } }),
};
