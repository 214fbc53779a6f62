import { describe, expect, it } from "vitest";
import { engineSteps } from "../../test-support/engine.ts";
import { expectTranscript } from "../../test-support/transcript.ts";
import type { PolicyOptions } from "../types.ts";
import type { EngineSettings } from "./engine.ts";

function transcript(
  options: PolicyOptions,
  text: string,
  settings: Partial<EngineSettings> = {},
): ReturnType<typeof engineSteps> {
  const played = engineSteps(options, settings);
  expectTranscript(played.step, text);
  return played;
}

const linear = { kind: "linear", base: 100, jitter: "none" } as const;
const retry = {
  idempotent: true,
  retry: { attempts: 3, backoff: linear },
} satisfies PolicyOptions;
const breaker = {
  circuitBreaker: { window: { kind: "consecutive", failures: 1 }, openFor: "1s" },
} satisfies PolicyOptions;

describe("a call", () => {
  it("without any part goes out and ends as its attempt does", () =>
    void transcript(
      {},
      `t=0 start a -> attempt 1 until Infinity
       t=9 answer a 1 ok -> ok after 1
       t=9 start b -> attempt 1 until Infinity
       t=9 answer b 1 fail -> failed after 1`,
    ));

  it("settles once: what comes afterwards changes nothing", () => {
    const { facts } = transcript(
      {},
      `t=0 start a -> attempt 1 until Infinity
       t=5 answer a 1 fail -> failed after 1
       t=6 answer a 1 ok -> failed after 1
       t=7 cancel a -> failed after 1
       t=8 wake a -> failed after 1`,
    );
    expect(facts.filter(({ type }) => type === "callEnded")).toHaveLength(1);
  });

  it("gives up an attempt at its timeout, and is not woken early", () =>
    void transcript(
      { timeout: "300ms" },
      `t=100 start a -> attempt 1 until 400
       t=399 wake a -> attempt 1 until 400
       t=400 wake a -> timedOut after 1`,
    ));

  it("gives up at its deadline even where a timeout would leave more time", () =>
    void transcript(
      { timeout: "300ms", deadline: "400ms", ...retry },
      `t=0 start a -> attempt 1 until 300
       t=200 answer a 1 fail -> wait until 300
       t=300 wake a -> attempt 2 until 400
       t=400 wake a -> timedOut after 2`,
    ));

  it("is bound by a deadline that the caller has promised already", () =>
    void transcript(
      { deadline: "1s" },
      `t=0 start a latest=250 -> attempt 1 until 250
       t=0 start b latest=5000 -> attempt 1 until 1000
       t=100 start c latest=100 -> timedOut after 0
       t=100 start d latest=50 -> timedOut after 0`,
    ));

  it("can be cancelled during an attempt", () =>
    void transcript(
      retry,
      `t=0 start a -> attempt 1 until Infinity
       t=5 cancel a -> cancelled after 1
       t=6 answer a 1 ok -> cancelled after 1`,
    ));

  it("can be cancelled during backoff, and then no attempt follows", () =>
    void transcript(
      retry,
      `t=0 start a -> attempt 1 until Infinity
       t=5 answer a 1 fail -> wait until 105
       t=50 cancel a -> cancelled after 1
       t=105 wake a -> cancelled after 1`,
    ));
});

describe("retry", () => {
  it("tries as often as `attempts` says, the first time included", () =>
    void transcript(
      retry,
      `t=0 start a -> attempt 1 until Infinity
       t=10 answer a 1 fail -> wait until 110
       t=110 wake a -> attempt 2 until Infinity
       t=120 answer a 2 fail -> wait until 320
       t=320 wake a -> attempt 3 until Infinity
       t=330 answer a 3 fail -> failed after 3`,
    ));

  it("follows a timeout as well as a failure", () =>
    void transcript(
      { ...retry, timeout: "300ms" },
      `t=0 start a -> attempt 1 until 300
       t=300 wake a -> wait until 400
       t=400 wake a -> attempt 2 until 700
       t=500 answer a 2 ok -> ok after 2`,
    ));

  it("without a delay tries again at once", () =>
    void transcript(
      { idempotent: true, retry: { attempts: 2, backoff: { kind: "constant", base: 0 } } },
      `t=0 start a -> attempt 1 until Infinity
       t=10 answer a 1 fail -> attempt 2 until Infinity
       t=20 answer a 2 fail -> failed after 2`,
    ));

  it("waits as the server asked, if that is longer", () =>
    void transcript(
      retry,
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail server=2000 -> wait until 2000
       t=2000 wake a -> attempt 2 until Infinity
       t=2000 answer a 2 fail server=5 -> wait until 2200`,
    ));

  it("gives up when the server asks for more patience than the cap", () => {
    const { facts } = transcript(
      { idempotent: true, retry: { attempts: 3, serverDelayCap: "2s" } },
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail server=2001 -> failed after 1`,
    );
    expect(facts).toContainEqual({
      type: "retryStopped",
      atMs: 0,
      callId: 1,
      reason: "serverDelayTooLong",
    });
  });

  it("gives up at once when the wait would reach the deadline", () => {
    const { facts } = transcript(
      { ...retry, deadline: "110ms" },
      `t=0 start a -> attempt 1 until 110
       t=9 answer a 1 fail -> wait until 109
       t=0 start b -> attempt 1 until 110
       t=10 answer b 1 fail -> failed after 1`,
    );
    expect(facts).toContainEqual({
      type: "retryStopped",
      atMs: 10,
      callId: 2,
      reason: "deadlineTooClose",
    });
  });

  it("does not begin an attempt when it is woken only after the deadline", () =>
    void transcript(
      { ...retry, deadline: "110ms" },
      `t=0 start a -> attempt 1 until 110
       t=9 answer a 1 fail -> wait until 109
       t=110 wake a -> timedOut after 1`,
    ));

  it("measures the wait from the failure, or from the attempt's start if told", () => {
    const text = (dueMs: number, thirdMs: number) => `
      t=0 start a -> attempt 1 until Infinity
      t=60 answer a 1 fail -> wait until ${dueMs}
      t=${dueMs} wake a -> attempt 2 until Infinity
      t=300 answer a 2 fail -> ${thirdMs === 300 ? "attempt 3 until Infinity" : `wait until ${thirdMs}`}`;
    transcript(retry, text(160, 500));
    transcript(retry, text(100, 300), { backoffFrom: "attemptStart" });
  });

  it("draws one random number for each delay with jitter, and none without", () => {
    const drawn: number[] = [];
    const random: EngineSettings["random"] = (call) => {
      drawn.push(call.tries);
      return 0.25;
    };
    const jittered = { ...retry, retry: { attempts: 3, backoff: { base: 100 } } } as PolicyOptions;
    transcript(
      jittered,
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail -> wait until 25
       t=25 wake a -> attempt 2 until Infinity
       t=25 answer a 2 fail -> wait until 75`,
      { random },
    );
    expect(drawn).toEqual([1, 2]);
    transcript(retry, "t=0 start a -> attempt 1 until Infinity", { random });
    expect(drawn).toEqual([1, 2]);
  });

  it("lets decorrelated delays grow from the one before", () => {
    const backoff = { kind: "decorrelated", base: 100, cap: "1s" } as const;
    transcript(
      { idempotent: true, retry: { attempts: 5, backoff } },
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail -> wait until 300
       t=300 wake a -> attempt 2 until Infinity
       t=300 answer a 2 fail -> wait until 1200
       t=1200 wake a -> attempt 3 until Infinity
       t=1200 answer a 3 fail -> wait until 2200`,
      { random: () => 0.999_999_999_999_999_9 },
    );
  });
});

describe("late answers", () => {
  const late = { ...retry, timeout: "300ms" };
  it("are ignored by default", () => {
    const { facts } = transcript(
      late,
      `t=0 start a -> attempt 1 until 300
       t=300 wake a -> wait until 400
       t=350 answer a 1 ok -> wait until 400
       t=400 wake a -> attempt 2 until 700
       t=450 answer a 1 ok -> attempt 2 until 700`,
    );
    expect(facts.filter(({ type }) => type === "lateAnswer")).toHaveLength(2);
  });

  it("are taken during backoff when told", () =>
    void transcript(
      { ...late, lateAnswers: "taken" },
      `t=0 start a -> attempt 1 until 300
       t=300 wake a -> wait until 400
       t=350 answer a 1 fail -> wait until 400
       t=360 answer a 1 ok -> ok after 1
       t=400 wake a -> ok after 1`,
    ));

  it("are taken during a later attempt when told, which then decides nothing", () => {
    const { facts, engine } = transcript(
      { ...late, ...breaker, lateAnswers: "taken", circuitBreaker: { halfOpen: { trials: 1 } } },
      `t=0 start a -> attempt 1 until 300
       t=300 wake a -> wait until 400
       t=400 wake a -> attempt 2 until 700
       t=450 answer a 1 ok -> ok after 2
       t=500 answer a 2 fail -> ok after 2`,
    );
    expect(facts).toContainEqual({
      type: "attemptEnded",
      atMs: 450,
      callId: 1,
      attempt: 2,
      outcome: "cancelled",
      latencyMs: 50,
    });
    // Only the attempt that timed out was judged.
    expect((engine.breaker as { window?: { calls: number } }).window?.calls).toBe(1);
  });
});

describe("circuit breaker", () => {
  it("short-circuits calls while it is open", () =>
    void transcript(
      breaker,
      `t=0 start a -> attempt 1 until Infinity
       t=1 answer a 1 fail -> failed after 1
       t=2 start b -> shortCircuited after 0
       t=1001 start c -> attempt 1 until Infinity
       t=1001 start d -> shortCircuited after 0
       t=1002 answer c 1 ok -> ok after 1
       t=1003 start e -> attempt 1 until Infinity`,
    ));

  it("is retried when it says when, within a deadline, and not sooner than it says", () =>
    void transcript(
      { ...breaker, ...retry, deadline: "5s" },
      `t=0 start a -> attempt 1 until 5000
       t=0 answer a 1 fail -> wait until 100
       t=10 start b -> wait until 1000
       t=100 wake a -> wait until 1000
       t=1000 wake b -> attempt 1 until 5010
       t=1000 wake a -> shortCircuited after 1
       t=1010 answer b 1 ok -> ok after 1`,
    ));

  it("is not retried without a deadline", () => {
    const { facts } = transcript(
      { ...breaker, ...retry },
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail -> wait until 100
       t=100 wake a -> shortCircuited after 1`,
    );
    expect(facts).toContainEqual({
      type: "retryStopped",
      atMs: 100,
      callId: 1,
      reason: "rejectedLocally",
    });
  });

  it("is not retried when nobody can tell when: trials under way, or isolated", () => {
    const { engine, step } = engineSteps({ ...breaker, ...retry, deadline: "5s" });
    engine.breaker?.isolate(0);
    expect(step(0, ["start", "a"])).toBe("shortCircuited after 0");
  });

  it("is not retried when its time ends after the deadline", () =>
    void transcript(
      { ...breaker, ...retry, deadline: "1s" },
      `t=0 start a -> attempt 1 until 1000
       t=1 answer a 1 fail -> wait until 101
       t=101 wake a -> shortCircuited after 1`,
    ));

  it("counts a refusal as a try", () =>
    void transcript(
      { ...breaker, idempotent: true, retry: { attempts: 2, backoff: linear }, deadline: "9s" },
      `t=0 start a -> attempt 1 until 9000
       t=0 answer a 1 fail -> wait until 100
       t=100 wake a -> shortCircuited after 1`,
    ));

  it("judges a timeout, and an attempt that a deadline cuts where there is no timeout", () => {
    for (const parts of [{ timeout: "300ms" }, { deadline: "300ms" }]) {
      transcript(
        { ...breaker, ...parts },
        `t=0 start a -> attempt 1 until 300
         t=300 wake a -> timedOut after 1
         t=301 start b -> shortCircuited after 0`,
      );
    }
  });

  it("does not blame the dependency for a caller that came with little time", () =>
    void transcript(
      { ...breaker, timeout: "300ms" },
      `t=0 start a latest=100 -> attempt 1 until 100
       t=100 wake a -> timedOut after 1
       t=101 start b -> attempt 1 until 401`,
    ));

  it("gets the trial back of a call that is cancelled", () =>
    void transcript(
      breaker,
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail -> failed after 1
       t=1000 start b -> attempt 1 until Infinity
       t=1001 start c -> shortCircuited after 0
       t=1002 cancel b -> cancelled after 1
       t=1003 start d -> attempt 1 until Infinity`,
    ));

  it("can be the one with probation", () =>
    void transcript(
      { probationBreaker: { failures: 1, openFor: "1s" } },
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail -> failed after 1
       t=1 start b -> shortCircuited after 0`,
    ));
});

describe("fallback", () => {
  const value = { fallback: { value: [] } };
  it("stands in for every failure, and remembers which", () =>
    void transcript(
      { ...value, ...breaker, timeout: "300ms" },
      `t=0 start a -> attempt 1 until 300
       t=300 wake a -> fallback for timedOut after 1
       t=301 start b -> fallback for shortCircuited after 0
       t=1300 start c -> attempt 1 until 1600
       t=1301 answer c 1 fail -> fallback for failed after 1`,
    ));

  it("stands in neither for an answer nor for a caller that has left", () =>
    void transcript(
      value,
      `t=0 start a -> attempt 1 until Infinity
       t=1 answer a 1 ok -> ok after 1
       t=0 start b -> attempt 1 until Infinity
       t=1 cancel b -> cancelled after 1`,
    ));

  it("comes after the last retry, once", () => {
    const { facts } = transcript(
      { ...value, idempotent: true, retry: { attempts: 2, backoff: linear } },
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail -> wait until 100
       t=100 wake a -> attempt 2 until Infinity
       t=100 answer a 2 fail -> fallback for failed after 2`,
    );
    expect(facts.at(-1)).toEqual({
      type: "callEnded",
      atMs: 100,
      callId: 1,
      outcome: "fallback",
      attempts: 2,
      cause: "failed",
    });
  });
});

describe("facts", () => {
  it("tell the whole story of a call, in order", () => {
    const { facts } = transcript(
      { ...retry, ...breaker, circuitBreaker: { window: { kind: "consecutive", failures: 2 } } },
      `t=0 start a -> attempt 1 until Infinity
       t=10 answer a 1 fail -> wait until 110
       t=110 wake a -> attempt 2 until Infinity
       t=150 answer a 2 fail -> wait until 350
       t=350 wake a -> shortCircuited after 2`,
    );
    expect(facts.map(({ type, atMs }) => `${atMs} ${type}`)).toEqual([
      "0 attemptStarted",
      "10 attemptEnded",
      "10 retryScheduled",
      "110 attemptStarted",
      "150 attemptEnded",
      "150 circuitOpened",
      "150 retryScheduled",
      "350 attemptRefused",
      "350 retryStopped",
      "350 callEnded",
    ]);
    expect(facts).toContainEqual({
      type: "retryScheduled",
      atMs: 10,
      callId: 1,
      nextTry: 2,
      delayMs: 100,
    });
    expect(facts).toContainEqual({
      type: "attemptRefused",
      atMs: 350,
      callId: 1,
      reason: "circuitOpen",
      retryAfterMs: 9800,
    });
  });

  it("are not needed: the same happens when nobody listens", () =>
    void transcript(
      { ...retry, ...breaker, fallback: { value: 1 } },
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail -> wait until 100
       t=100 wake a -> fallback for shortCircuited after 1
       t=100 answer a 1 ok -> fallback for shortCircuited after 1`,
      { onFact: undefined },
    ));
});
