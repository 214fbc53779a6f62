import { describe, expect, it } from "vitest";
import { engineSteps } from "../../test-support/engine.ts";
import { expectTranscript } from "../../test-support/transcript.ts";
import { RetryBudget } from "../retry-budget/machine.ts";
import type { PolicyOptions } from "../types.ts";
import type { EngineSettings } from "./engine.ts";

function transcript(options: PolicyOptions, text: string, settings: Partial<EngineSettings> = {}) {
  const played = engineSteps(options, settings);
  expectTranscript(played.step, text);
  const refusals = played.facts.flatMap((fact) =>
    fact.type === "attemptRefused" ? [`${fact.atMs} ${fact.reason} ${fact.retryAfterMs}`] : [],
  );
  const stopped = played.facts.flatMap((fact) =>
    fact.type === "retryStopped" ? [`${fact.atMs} ${fact.reason}`] : [],
  );
  return { ...played, refusals, stopped };
}

const retry = {
  idempotent: true,
  retry: { attempts: 3, backoff: { kind: "constant", base: 100, jitter: "none" } },
} satisfies PolicyOptions;
const breaker = {
  circuitBreaker: { window: { kind: "consecutive", failures: 1 }, openFor: "1s" },
} satisfies PolicyOptions;
const onePlace = (size: number, more = {}) =>
  ({ bulkhead: { concurrent: 1, queue: { size, ...more } } }) satisfies PolicyOptions;
const everyTenth = (maxWait: string) =>
  ({ rateLimiter: { limit: 10, burst: 1, maxWait } }) satisfies PolicyOptions;

describe("bulkhead in a call", () => {
  it("refuses what finds no place and no room to wait", () => {
    const { refusals } = transcript(
      onePlace(1),
      `t=0 start a -> attempt 1 until Infinity
       t=1 start b -> wait until Infinity
       t=2 start c -> rejected after 0
       t=9 answer a 1 ok -> ok after 1; b attempt 1 until Infinity`,
    );
    expect(refusals).toEqual(["2 bulkheadFull undefined"]);
  });

  it("lets nobody overtake: a call that comes as a place is freed goes behind those in line", () =>
    void transcript(
      onePlace(5),
      `t=0 start a -> attempt 1 until Infinity
       t=1 start b -> wait until Infinity
       t=2 start c -> wait until Infinity
       t=9 answer a 1 fail -> failed after 1; b attempt 1 until Infinity
       t=9 start d -> wait until Infinity
       t=20 answer b 1 ok -> ok after 1; c attempt 1 until Infinity
       t=30 answer c 1 ok -> ok after 1; d attempt 1 until Infinity`,
    ));

  it("never refuses a call that it has let wait, but for its time or somebody more important", () => {
    const { refusals } = transcript(
      onePlace(1, { maxWait: 50 }),
      `t=0 start a -> attempt 1 until Infinity
       t=10 start b -> wait until 60
       t=20 start c priority=1 -> wait until 70; b rejected after 0
       t=30 start d priority=1 -> rejected after 0
       t=69 wake c -> wait until 70
       t=70 wake c -> rejected after 0
       t=90 answer a 1 ok -> ok after 1`,
    );
    expect(refusals).toEqual([
      "20 displaced undefined",
      "30 bulkheadFull undefined",
      "70 waitedTooLong undefined",
    ]);
  });

  it("counts the timeout from the attempt and the deadline from the call", () =>
    void transcript(
      { ...onePlace(1), timeout: 100, deadline: 150 },
      `t=0 start a -> attempt 1 until 100
       t=10 start b -> wait until 160
       t=40 answer a 1 ok -> ok after 1; b attempt 1 until 140
       t=50 start c -> wait until 200
       t=120 answer b 1 ok -> ok after 1; c attempt 1 until 200`,
    ));

  it("ends a call whose deadline passes in line, and lets nobody in whose time is up", () => {
    const { refusals } = transcript(
      { ...onePlace(3), deadline: 100 },
      `t=0 start a latest=30 -> attempt 1 until 30
       t=0 start b -> wait until 100
       t=20 start c -> wait until 120
       t=30 wake a -> timedOut after 1
       t=100 wake b -> timedOut after 0
       t=110 start d -> wait until 210
       t=150 ended a -> timedOut after 1; c timedOut after 0; d attempt 1 until 210`,
    );
    expect(refusals).toEqual([]);
  });

  it("refuses at the very moment at which the longest wait ends, whoever is told first", () =>
    void transcript(
      onePlace(2, { maxWait: 50 }),
      `t=0 start a -> attempt 1 until Infinity
       t=0 start b -> wait until 50
       t=1 start c -> wait until 51
       t=50 answer a 1 ok -> ok after 1; b rejected after 0; c attempt 1 until Infinity
       t=50 wake b -> rejected after 0`,
    ));

  it("lets a caller leave the line at once, which makes room for the next", () =>
    void transcript(
      onePlace(1),
      `t=0 start a -> attempt 1 until Infinity
       t=1 start b -> wait until Infinity
       t=2 cancel b -> cancelled after 0
       t=3 start c -> wait until Infinity
       t=9 answer a 1 ok -> ok after 1; c attempt 1 until Infinity`,
    ));

  it("keeps the place of a timed-out attempt until it has really ended", () => {
    const { engine } = transcript(
      { bulkhead: { concurrent: 2 }, timeout: 50 },
      `t=0 start a -> attempt 1 until 50
       t=0 start b -> attempt 1 until 50
       t=50 wake a -> timedOut after 1
       t=50 wake b -> timedOut after 1
       t=60 start c -> rejected after 0
       t=70 answer a 1 ok -> timedOut after 1
       t=80 start d -> attempt 1 until 130
       t=80 start e -> rejected after 0
       t=90 ended b -> timedOut after 1
       t=90 start f -> attempt 1 until 140
       t=95 cancel f -> cancelled after 1
       t=96 start g -> rejected after 0
       t=97 ended f -> cancelled after 1
       t=98 answer d 1 ok -> ok after 1`,
    );
    expect(engine.admission.bulkhead?.inFlight).toBe(0);
  });

  it("puts a retry at the back of the line, and holds no place during its backoff", () =>
    void transcript(
      { ...onePlace(5), ...retry },
      `t=0 start a -> attempt 1 until Infinity
       t=1 start b -> wait until Infinity
       t=5 answer a 1 fail -> wait until 105; b attempt 1 until Infinity
       t=90 start c -> wait until Infinity
       t=105 wake a -> wait until Infinity
       t=110 answer b 1 ok -> ok after 1; c attempt 1 until Infinity
       t=120 answer c 1 ok -> ok after 1; a attempt 2 until Infinity`,
    ));

  it("may give a call that waits the place which its own late attempt held", () =>
    void transcript(
      {
        ...onePlace(1),
        idempotent: true,
        timeout: 50,
        retry: { attempts: 2, backoff: { base: 0 } },
      },
      `t=0 start a -> attempt 1 until 50
       t=50 wake a -> wait until Infinity
       t=70 answer a 1 ok -> attempt 2 until 120; a attempt 2 until 120
       t=80 answer a 2 ok -> ok after 2`,
    ));

  it("takes a late answer of a call that waits for the place which that attempt held", () => {
    const { engine } = transcript(
      {
        ...onePlace(1),
        idempotent: true,
        timeout: 50,
        retry: { attempts: 2, backoff: { base: 0 } },
        lateAnswers: "taken",
      },
      `t=0 start a -> attempt 1 until 50
       t=50 wake a -> wait until Infinity
       t=70 answer a 1 ok -> ok after 1`,
    );
    expect([engine.admission.bulkhead?.inFlight, engine.admission.bulkhead?.waiting]).toEqual([
      0, 0,
    ]);
  });

  it("does not retry a refusal that cannot say when", () => {
    const { stopped } = transcript(
      { ...onePlace(0), ...retry, deadline: "9s" },
      `t=0 start a -> attempt 1 until 9000
       t=0 start b -> rejected after 0`,
    );
    expect(stopped).toEqual(["0 rejectedLocally"]);
  });
});

describe("a hedge", () => {
  const hedge = { idempotent: true, hedge: { delay: 10 } } satisfies PolicyOptions;

  it("puts nobody out of the line, however important its call", () => {
    const { refusals } = transcript(
      { ...onePlace(1), ...hedge },
      `t=0 start a priority=9 -> attempt 1 until 10
       t=1 start b -> wait until Infinity
       t=10 wake a -> attempt 1 until Infinity
       t=20 answer a 1 ok -> ok after 1; b attempt 1 until 30`,
    );
    expect(refusals).toEqual([]);
  });

  it("takes a place that is free, but none that others wait for, and spends no turn in vain", () => {
    const { engine } = transcript(
      { bulkhead: { concurrent: 2 }, rateLimiter: { limit: 100, burst: 3 }, ...hedge },
      `t=0 start a -> attempt 1 until 10
       t=0 start b -> attempt 1 until 10
       t=10 wake a -> attempt 1 until Infinity
       t=10 answer b 1 ok -> ok after 1
       t=10 start c -> attempt 1 until 20
       t=15 answer a 1 ok -> ok after 1
       t=20 wake c -> attempt 2 until Infinity`,
    );
    expect(engine.admission.bulkhead?.inFlight).toBe(2);
  });
});

describe("rate limiter in a call", () => {
  it("lets a call wait for its turn, and refuses it when the wait would be too long", () => {
    const { refusals } = transcript(
      everyTenth("150ms"),
      `t=0 start a -> attempt 1 until Infinity
       t=0 start b -> wait until 100
       t=0 start c -> rejected after 0
       t=100 wake b -> attempt 1 until Infinity
       t=101 start d -> wait until 200`,
    );
    expect(refusals).toEqual(["0 rateLimited 200"]);
  });

  it("reserves no turn that would come at or after the deadline", () =>
    void transcript(
      everyTenth("1s"),
      `t=0 start a -> attempt 1 until Infinity
       t=0 start b latest=100 -> rejected after 0
       t=0 start c latest=101 -> wait until 100`,
    ));

  it("hands the turn on of a call whose caller leaves", () =>
    void transcript(
      everyTenth("1s"),
      `t=0 start a -> attempt 1 until Infinity
       t=0 start b -> wait until 100
       t=50 cancel b -> cancelled after 0
       t=50 start c -> wait until 100`,
    ));

  it("counts every attempt, also a retry, whose wait may be longer than its backoff", () =>
    void transcript(
      { rateLimiter: { limit: 2, burst: 1, maxWait: "1s" }, ...retry },
      `t=0 start a -> attempt 1 until Infinity
       t=10 answer a 1 fail -> wait until 110
       t=110 wake a -> wait until 500
       t=500 wake a -> attempt 2 until Infinity`,
    ));

  it("is retried when it says when, within a deadline, and not sooner than it says", () => {
    const { stopped } = transcript(
      { rateLimiter: { limit: 1, burst: 1 }, ...retry, deadline: "3s" },
      `t=0 start a -> attempt 1 until 3000
       t=0 start b -> wait until 1000
       t=1000 wake b -> attempt 1 until 3000
       t=1001 start c latest=1999 -> rejected after 0`,
    );
    expect(stopped).toEqual(["1001 deadlineTooClose"]);
  });

  it("is not retried without a deadline", () => {
    const { stopped } = transcript(
      { rateLimiter: { limit: 1, burst: 1 }, ...retry },
      `t=0 start a -> attempt 1 until Infinity
       t=0 start b -> rejected after 0`,
    );
    expect(stopped).toEqual(["0 rejectedLocally"]);
  });
});

describe("the order of the parts", () => {
  it("turn before place before permit: who waits for a turn takes no place", () =>
    void transcript(
      { ...everyTenth("1s"), ...onePlace(1), timeout: 500 },
      `t=0 start a -> attempt 1 until 500
       t=0 start b -> wait until 100
       t=50 answer a 1 ok -> ok after 1
       t=100 wake b -> attempt 1 until 600
       t=100 start c -> wait until 200
       t=200 wake c -> wait until Infinity
       t=210 answer b 1 ok -> ok after 1; c attempt 1 until 710`,
    ));

  it("an open circuit is asked first: nothing takes a turn or waits for it", () => {
    const { refusals, engine } = transcript(
      { ...everyTenth("1s"), ...onePlace(1), ...breaker },
      `t=0 start a -> attempt 1 until Infinity
       t=5 answer a 1 fail -> failed after 1
       t=6 start b -> shortCircuited after 0
       t=7 start c -> shortCircuited after 0
       t=1005 start d -> attempt 1 until Infinity`,
    );
    expect(refusals).toEqual(["6 circuitOpen 999", "7 circuitOpen 998"]);
    expect(engine.admission.bulkhead?.waiting).toBe(0);
  });

  it("a circuit that opens while somebody waits lets the next in, and gives the place back", () => {
    const { engine } = transcript(
      { ...onePlace(5), ...breaker },
      `t=0 start a -> attempt 1 until Infinity
       t=1 start b -> wait until Infinity
       t=2 start c -> wait until Infinity
       t=5 answer a 1 fail -> failed after 1; b shortCircuited after 0; c shortCircuited after 0
       t=1005 start d -> attempt 1 until Infinity
       t=1006 start e -> shortCircuited after 0`,
    );
    expect(engine.admission.bulkhead?.inFlight).toBe(1);
  });

  it("a circuit that opens while somebody waits for a turn costs no place", () => {
    const { engine } = transcript(
      { ...everyTenth("1s"), ...onePlace(1), ...breaker },
      `t=0 start a -> attempt 1 until Infinity
       t=0 start b -> wait until 100
       t=5 answer a 1 fail -> failed after 1
       t=100 wake b -> shortCircuited after 0`,
    );
    expect(engine.admission.bulkhead?.inFlight).toBe(0);
  });

  it("a trial is taken only as the attempt goes out, not while it waits", () =>
    void transcript(
      { ...everyTenth("1s"), ...breaker },
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail -> failed after 1
       t=1000 start b -> attempt 1 until Infinity
       t=1001 answer b 1 fail -> failed after 1
       t=2001 start c -> attempt 1 until Infinity
       t=2002 answer c 1 ok -> ok after 1
       t=2003 start d -> wait until 2101
       t=2003 start e -> wait until 2201`,
    ));

  it("displaces also when the newcomer has waited for its turn", () => {
    const { refusals } = transcript(
      { rateLimiter: { limit: 10, burst: 2, maxWait: "1s" }, ...onePlace(1) },
      `t=0 start a -> attempt 1 until Infinity
       t=0 start b -> wait until Infinity
       t=0 start c priority=3 -> wait until 100
       t=100 wake c -> wait until Infinity; b rejected after 0`,
    );
    expect(refusals).toEqual(["100 displaced undefined"]);
  });
});

describe("retry budget in a call", () => {
  const budget = (options: object) =>
    ({ idempotent: true, retry: { ...retry.retry, budget: options } }) as PolicyOptions;

  it("is taken when the retry is decided on: a wave in backoff cannot pass together", () => {
    const { stopped } = transcript(
      budget({ ratio: 0.001, capacity: 2 }),
      `t=0 start a -> attempt 1 until Infinity
       t=0 start b -> attempt 1 until Infinity
       t=0 start c -> attempt 1 until Infinity
       t=1 answer a 1 fail -> wait until 101
       t=1 answer b 1 fail -> wait until 101
       t=1 answer c 1 fail -> failed after 1`,
    );
    expect(stopped).toEqual(["1 budgetExhausted"]);
  });

  it("stops the retry and not the attempts that are out", () =>
    void transcript(
      budget({ ratio: 0.001, capacity: 1 }),
      `t=0 start a -> attempt 1 until Infinity
       t=1 answer a 1 fail -> wait until 101
       t=101 wake a -> attempt 2 until Infinity
       t=102 start b -> attempt 1 until Infinity
       t=103 answer b 1 fail -> failed after 1
       t=104 answer a 2 ok -> ok after 2`,
    ));

  it("is not touched where something else forbids the retry already", () => {
    const { engine } = transcript(
      { ...budget({ ratio: 0.001, capacity: 2 }), deadline: 50 },
      `t=0 start a -> attempt 1 until 50
       t=1 answer a 1 fail -> failed after 1`,
    );
    expect(engine.budget?.tokens(1)).toBe(2);
  });

  it("is earned by calls, or by answers, also by a late one that was taken", () => {
    const perCall = transcript(
      budget({ ratio: 0.5, capacity: 1 }),
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail -> wait until 100
       t=0 start b -> attempt 1 until Infinity
       t=0 answer b 1 fail -> failed after 1
       t=0 start c -> attempt 1 until Infinity
       t=0 answer c 1 fail -> wait until 100`,
    );
    expect(perCall.engine.budget?.tokens(0)).toBe(0);
    const perSuccess = transcript(
      {
        ...budget({ ratio: 0.5, capacity: 1, deposit: "perSuccess" }),
        timeout: 10,
        lateAnswers: "taken",
      },
      `t=0 start a -> attempt 1 until 10
       t=10 wake a -> wait until 110
       t=20 start b -> attempt 1 until 30
       t=21 answer b 1 fail -> failed after 1
       t=30 answer a 1 ok -> ok after 1`,
    );
    expect(perSuccess.engine.budget?.tokens(30)).toBe(0.5);
  });

  it("can be shared: one policy's retries leave the other with none", () => {
    const shared = new RetryBudget({ ratio: 0, floorPerMs: 0, capacity: 1, perSuccess: false });
    transcript(
      retry,
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail -> wait until 100`,
      { budget: shared },
    );
    const { stopped } = transcript(
      retry,
      `t=0 start b -> attempt 1 until Infinity
       t=0 answer b 1 fail -> failed after 1`,
      { budget: shared },
    );
    expect(stopped).toEqual(["0 budgetExhausted"]);
  });

  it("bounds the retries of refusals as well", () => {
    const { stopped } = transcript(
      {
        ...budget({ ratio: 0.001, capacity: 1 }),
        rateLimiter: { limit: 1, burst: 1 },
        deadline: "9s",
      },
      `t=0 start a -> attempt 1 until 9000
       t=0 start b -> wait until 1000
       t=0 start c -> rejected after 0`,
    );
    expect(stopped).toEqual(["0 budgetExhausted"]);
  });
});
