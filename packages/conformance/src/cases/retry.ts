import type { PolicyOptions, RetryOptions } from "breakwater";
import { type ConformanceCase, call, failed, ok } from "../case.ts";

const retrying = (retry: RetryOptions): PolicyOptions => ({ idempotent: true, retry });

const AFTER_100 = { kind: "constant", base: 100, jitter: "none" } as const;

/** The transcript of a call that fails `failMs` after the start of each attempt, with these waits in between. */
function failures(failMs: number, ...delaysMs: number[]): string[] {
  const lines: string[] = [];
  let nowMs = 0;
  let attempt = 0;
  for (const delayMs of [...delaysMs, undefined]) {
    attempt++;
    lines.push(`${nowMs} call 1 attempt ${attempt} started`);
    nowMs += failMs;
    lines.push(`${nowMs} call 1 attempt ${attempt} failed`);
    if (delayMs === undefined) lines.push(`${nowMs} call 1 gives up: attemptsExhausted`);
    else lines.push(`${nowMs} call 1 try ${attempt + 1} in ${delayMs}`);
    nowMs += delayMs ?? 0;
  }
  lines.push(`${nowMs} call 1 ended failed, attempts: ${attempt}`);
  return lines;
}

const growthCases: readonly ConformanceCase[] = [
  {
    name: "constant: the base each time",
    policy: retrying({ attempts: 3, backoff: AFTER_100 }),
    calls: [call(0, failed(10))],
    endAtMs: 1000,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 1 attempt 1 failed",
      "10 call 1 try 2 in 100",
      "110 call 1 attempt 2 started",
      "120 call 1 attempt 2 failed",
      "120 call 1 try 3 in 100",
      "220 call 1 attempt 3 started",
      "230 call 1 attempt 3 failed",
      "230 call 1 gives up: attemptsExhausted",
      "230 call 1 ended failed, attempts: 3",
    ],
  },
  {
    name: "linear: base x 1, 2, 3",
    policy: retrying({ attempts: 4, backoff: { kind: "linear", base: 10, jitter: "none" } }),
    calls: [call(0, failed(5))],
    endAtMs: 1000,
    expect: failures(5, 10, 20, 30),
  },
  {
    name: "exponential: base x factor, up to the cap",
    policy: retrying({ attempts: 4, backoff: { base: 10, factor: 3, cap: 50, jitter: "none" } }),
    calls: [call(0, failed(5))],
    endAtMs: 1000,
    expect: failures(5, 10, 30, 50),
  },
  {
    name: "exponential doubles unless told otherwise",
    policy: retrying({ attempts: 4, backoff: { base: 10, jitter: "none" } }),
    calls: [call(0, failed(5))],
    endAtMs: 1000,
    expect: failures(5, 10, 20, 40),
  },
  {
    name: "full jitter: anything up to the delay",
    policy: retrying({ attempts: 3, backoff: { base: 100, jitter: "full" } }),
    calls: [call(0, failed(10))],
    random: [0.75, 0.25],
    endAtMs: 1000,
    expect: failures(10, 75, 50),
  },
  {
    name: "equal jitter: at least half the delay",
    policy: retrying({ attempts: 3, backoff: { base: 100, jitter: "equal" } }),
    calls: [call(0, failed(10))],
    random: [0.5, 0],
    endAtMs: 1000,
    expect: failures(10, 75, 100),
  },
  {
    name: "decorrelated: between the base and three times the previous delay, up to the cap",
    policy: retrying({ attempts: 4, backoff: { kind: "decorrelated", base: 10, cap: 50 } }),
    calls: [call(0, failed(5))],
    random: [0.5],
    endAtMs: 1000,
    expect: failures(5, 20, 35, 50),
  },
  {
    name: "decorrelated jitter on exponential backoff, with its own factor",
    policy: retrying({ attempts: 3, backoff: { base: 10, factor: 5, jitter: "decorrelated" } }),
    calls: [call(0, failed(5))],
    random: [0.5],
    endAtMs: 1000,
    expect: failures(5, 30, 80),
  },
  {
    name: "unless told otherwise: full jitter on 100 ms, doubling",
    policy: retrying({ attempts: 3 }),
    calls: [call(0, failed(10))],
    random: [0.5],
    endAtMs: 1000,
    expect: failures(10, 50, 100),
  },
  {
    name: "a base of 0 retries at once",
    policy: retrying({ attempts: 3, backoff: { base: 0 } }),
    calls: [call(0, failed(10))],
    endAtMs: 1000,
    expect: failures(10, 0, 0),
  },
  {
    name: "one attempt in all is no retry",
    policy: retrying({ attempts: 1 }),
    calls: [call(0, failed(10))],
    endAtMs: 1000,
    expect: failures(10),
  },
];

const serverDelayCases: readonly ConformanceCase[] = [
  {
    name: "a server's delay longer than the backoff is waited for",
    policy: retrying({ attempts: 2, backoff: AFTER_100 }),
    calls: [call(0, failed(10, 700))],
    endAtMs: 1000,
    expect: failures(10, 700),
  },
  {
    name: "a server's delay shorter than the backoff changes nothing",
    policy: retrying({ attempts: 2, backoff: AFTER_100 }),
    calls: [call(0, failed(10, 30))],
    endAtMs: 1000,
    expect: failures(10, 100),
  },
  {
    name: "a server's delay is not looked at where it is ignored",
    policy: retrying({ attempts: 2, backoff: AFTER_100, serverDelay: "ignore", serverDelayCap: 5 }),
    calls: [call(0, failed(10, 700))],
    endAtMs: 1000,
    expect: failures(10, 100),
  },
  {
    name: "a server's delay of exactly the cap is waited for",
    policy: retrying({ attempts: 2, backoff: AFTER_100, serverDelayCap: 500 }),
    calls: [call(0, failed(10, 500))],
    endAtMs: 1000,
    expect: failures(10, 500),
  },
  {
    name: "told to wait longer than the cap, the call gives up",
    policy: retrying({ attempts: 2, backoff: AFTER_100, serverDelayCap: 500 }),
    calls: [call(0, failed(10, 501))],
    endAtMs: 1000,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 1 attempt 1 failed",
      "10 call 1 gives up: serverDelayTooLong",
      "10 call 1 ended failed, attempts: 1",
    ],
  },
];

const endCases: readonly ConformanceCase[] = [
  {
    name: "the second attempt is answered",
    policy: retrying({ attempts: 3, backoff: AFTER_100 }),
    calls: [call(0, failed(10), ok(20))],
    endAtMs: 1000,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 1 attempt 1 failed",
      "10 call 1 try 2 in 100",
      "110 call 1 attempt 2 started",
      "130 call 1 attempt 2 ok",
      "130 call 1 ended ok, attempts: 2",
    ],
  },
  {
    name: "the caller leaves while the next attempt is waited for",
    policy: retrying({ attempts: 3, backoff: AFTER_100 }),
    calls: [{ ...call(0, failed(10)), cancelAtMs: 50 }],
    endAtMs: 1000,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 1 attempt 1 failed",
      "10 call 1 try 2 in 100",
      "50 call 1 ended cancelled, attempts: 1",
    ],
  },
  {
    name: "the caller has left before the call begins",
    policy: retrying({ attempts: 3 }),
    calls: [{ ...call(10, ok(10)), cancelAtMs: 10 }],
    endAtMs: 1000,
    expect: ["10 call 1 ended cancelled, attempts: 0"],
  },
  {
    name: "calls wait independently of each other",
    policy: retrying({ attempts: 2, backoff: { kind: "constant", base: 100 } }),
    calls: [call(0, failed(10), ok(5)), call(5, failed(10), ok(5))],
    random: [0.75, 0.25],
    endAtMs: 1000,
    expect: [
      "0 call 1 attempt 1 started",
      "5 call 2 attempt 1 started",
      "10 call 1 attempt 1 failed",
      "10 call 1 try 2 in 75",
      "15 call 2 attempt 1 failed",
      "15 call 2 try 2 in 25",
      "40 call 2 attempt 2 started",
      "45 call 2 attempt 2 ok",
      "45 call 2 ended ok, attempts: 2",
      "85 call 1 attempt 2 started",
      "90 call 1 attempt 2 ok",
      "90 call 1 ended ok, attempts: 2",
    ],
  },
];

export const retryCases: readonly ConformanceCase[] = [
  ...growthCases,
  ...serverDelayCases,
  ...endCases,
];
