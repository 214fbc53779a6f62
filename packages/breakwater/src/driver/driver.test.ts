import type { PolicyOptions } from "@breakwater/policy";
import { afterAll, describe, expect, it } from "vitest";
import { answer, fail, make, never, RETRY } from "../../test-support/driven.ts";
import { ManualClock } from "../clock/manual-clock.ts";
import { policy } from "../policy.ts";
import type { AttemptContext } from "./attempt.ts";

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);
process.on("unhandledRejection", onUnhandled);
afterAll(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", onUnhandled);
  expect(unhandled).toEqual([]);
});

describe("a call", () => {
  it("answers with what the function answers, be it a value, a promise or any thenable", async () => {
    const { subject } = make({});
    // biome-ignore lint/suspicious/noThenProperty: a promise of another library is what is tested.
    const thenable = { then: (resolve: (value: number) => void) => resolve(3) };
    expect(await subject.run(() => 1)).toBe(1);
    expect(await subject.run(async () => 2)).toBe(2);
    expect(await subject.run(() => thenable as PromiseLike<number>)).toBe(3);
    expect(await subject.run(() => undefined)).toBeUndefined();
  });

  it("rethrows the dependency's own error, thrown or rejected, undefined included", async () => {
    const { subject } = make({});
    const error = new Error("down");
    const thrower = (): number => {
      throw error;
    };
    await expect(subject.run(thrower)).rejects.toBe(error);
    await expect(subject.run(() => Promise.reject(error))).rejects.toBe(error);
    const nothing = await subject.run(() => Promise.reject(undefined)).catch((e) => [e]);
    expect(nothing).toEqual([undefined]);
  });

  it("counts the first of two answers of an ill-behaved promise", async () => {
    const { subject } = make({ circuitBreaker: { window: { kind: "consecutive", failures: 1 } } });
    const promise = Promise.resolve(1);
    // biome-ignore lint/suspicious/noThenProperty: a promise that breaks its rules is what is tested.
    Object.defineProperty(promise, "then", {
      value: (ok: (value: number) => void, no: (error: unknown) => void) => {
        ok(1);
        no(new Error("and also this"));
      },
    });
    expect(await subject.run(() => promise)).toBe(1);
    expect(subject.breaker?.state).toBe("closed");
  });

  it("tells each attempt its number and the call's deadline", async () => {
    const { clock, subject } = make({ idempotent: true, deadline: "2s", retry: RETRY });
    const seen: unknown[] = [];
    const result = subject.runOutcome(({ attempt, deadlineAtMs }) => {
      seen.push([attempt, clock.now(), deadlineAtMs]);
      throw new Error("down");
    });
    await clock.advance(1000);
    expect(seen).toEqual([
      [1, 0, 2000],
      [2, 100, 2000],
      [3, 300, 2000],
    ]);
    expect(await result).toMatchObject({ outcome: "failed", attempts: 3, cause: "failed" });
    expect(clock.pending).toBe(0);
  });

  it("uses no timer for retries without delay", async () => {
    const retry = { attempts: 50, backoff: { base: 0 } };
    const { clock, subject } = make({ idempotent: true, retry });
    let attempts = 0;
    const failing = async () => {
      attempts++;
      expect(clock.pending).toBe(0);
      throw new Error("down");
    };
    await expect(subject.run(failing)).rejects.toThrow("down");
    expect(attempts).toBe(50);
  });

  it("waits as long as the server says", async () => {
    const { clock, subject } = make({ idempotent: true, retry: { ...RETRY, attempts: 2 } });
    const startedAtMs: number[] = [];
    const busy = Object.assign(new Error("busy"), { retryAfterMs: 700 });
    const result = subject.run(() => {
      startedAtMs.push(clock.now());
      throw busy;
    });
    result.catch(() => {});
    await clock.advance(1000);
    await expect(result).rejects.toBe(busy);
    expect(startedAtMs).toEqual([0, 700]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, "700", undefined])(
    "does not take %s for a delay",
    async (retryAfterMs) => {
      const { clock, subject } = make({ idempotent: true, retry: { ...RETRY, attempts: 2 } });
      const startedAtMs: number[] = [];
      const result = subject.runOutcome(() => {
        startedAtMs.push(clock.now());
        throw Object.assign(new Error("busy"), { retryAfterMs });
      });
      await clock.advance(1000);
      expect((await result).outcome).toBe("failed");
      expect(startedAtMs).toEqual([0, 100]);
    },
  );

  it("survives an error object that cannot be read", async () => {
    const { subject } = make({ idempotent: true, retry: { attempts: 2, backoff: { base: 0 } } });
    const hostile = new Proxy(
      {},
      {
        get: (_, key) => {
          if (key === "retryAfterMs") throw new Error("no");
        },
      },
    );
    const result = await subject.runOutcome(() => Promise.reject(hostile));
    expect(result).toMatchObject({ outcome: "failed", attempts: 2 });
  });
});

describe("timeout and deadline", () => {
  it("gives up a hanging attempt and aborts its signal with the error", async () => {
    const { clock, subject } = make({ name: "stock", timeout: "300ms" });
    let signal: AbortSignal | undefined;
    const result = subject.runOutcome((context) => {
      signal = context.signal;
      return never();
    });
    await clock.advance(299);
    expect(signal?.aborted).toBe(false);
    await clock.advance(1);
    const { outcome, error } = await result;
    expect(outcome).toBe("timedOut");
    expect(error).toMatchObject({ code: "BREAKWATER_TIMEOUT", policy: "stock" });
    expect(String(error)).toBe("BreakwaterError: stock: the attempt took longer than 300ms");
    expect(signal?.reason).toBe(error);
    expect(clock.pending).toBe(0);
  });

  it("ignores what a given-up attempt does later, be it an answer or an error", async () => {
    const { clock, subject } = make({ idempotent: true, timeout: 100, retry: RETRY });
    const result = subject.run(({ attempt }) => {
      if (attempt === 1) return answer(clock, 150, "too late");
      if (attempt === 2) return fail(clock, 150, new Error("too late as well"));
      return answer(clock, 90, "in time");
    });
    await clock.advance(2000);
    expect(await result).toBe("in time");
  });

  it("makes the signal aborted already when it is first read too late", async () => {
    const { clock, subject } = make({ timeout: 100 });
    let context: AttemptContext | undefined;
    const result = subject.runOutcome((given) => {
      context = given;
      return never();
    });
    await clock.advance(100);
    expect(context?.signal.aborted).toBe(true);
    expect(context?.signal.reason).toBe((await result).error);
  });

  it("leaves the signal of an answered attempt alone, for bodies that stream on", async () => {
    const { clock, subject } = make({ timeout: 100 });
    const outer = new AbortController();
    let signal: AbortSignal | undefined;
    await subject.run((context) => (signal = context.signal), { signal: outer.signal });
    outer.abort();
    await clock.advance(200);
    expect(signal?.aborted).toBe(false);
  });

  it("ends the call at its deadline, with the dependency's latest error as the cause", async () => {
    const { clock, subject } = make({ idempotent: true, deadline: 250, retry: RETRY });
    const down = new Error("down");
    const result = subject.runOutcome(({ attempt }) => {
      if (attempt === 1) throw down;
      return never();
    });
    await clock.advance(250);
    const { error } = await result;
    expect(error).toMatchObject({ code: "BREAKWATER_DEADLINE_EXCEEDED", cause: down });
  });

  it("passes a deadline on to a nested policy", async () => {
    const clock = new ManualClock();
    const inner = policy({ deadline: "10s" }, { clock });
    const outer = policy({ deadline: "1s" }, { clock });
    let endedAtMs = 0;
    const result = outer.runOutcome(async ({ deadlineAtMs }) => {
      const nested = await inner.runOutcome(never, { deadlineAtMs });
      endedAtMs = clock.now();
      return nested;
    });
    await clock.advance(5000);
    expect(endedAtMs).toBe(1000);
    expect((await result).outcome).toBe("timedOut");
  });

  it("makes no attempt when the deadline has passed before", async () => {
    const { clock, subject } = make({});
    await clock.advance(10);
    let called = false;
    const result = subject.run(() => (called = true), { deadlineAtMs: 10 });
    await expect(result).rejects.toMatchObject({ code: "BREAKWATER_DEADLINE_EXCEEDED" });
    expect(called).toBe(false);
  });

  it("makes no attempt when the clock wakes it after the deadline", async () => {
    const { clock, subject } = make({ idempotent: true, deadline: 150, retry: RETRY });
    const late = {
      ...runtimeOf(clock),
      schedule: (atMs: number, run: () => void) => clock.schedule(atMs + 80, run),
    };
    const lagging = policy(subject.options as PolicyOptions, { clock: late });
    let attempts = 0;
    const result = lagging.runOutcome(() => {
      attempts++;
      throw new Error("down");
    });
    await clock.advance(1000);
    expect((await result).error).toMatchObject({ code: "BREAKWATER_DEADLINE_EXCEEDED" });
    expect(attempts).toBe(1);
  });

  it("does not believe a clock that wakes it too early", async () => {
    const { clock } = make({});
    let hurry = 50;
    const schedule = (atMs: number, run: () => void) => clock.schedule(atMs - hurry, run);
    const hasty = policy({ timeout: 100 }, { clock: { ...runtimeOf(clock), schedule } });
    const result = hasty.runOutcome(never);
    hurry = 0;
    await clock.advance(99);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect((await result).outcome).toBe("timedOut");
  });
});

function runtimeOf(clock: ManualClock) {
  return {
    now: () => clock.now(),
    cancel: (scheduled: { atMs: number }) => clock.cancel(scheduled),
  };
}

describe("late answers, where they are taken", () => {
  const options: PolicyOptions = {
    idempotent: true,
    timeout: 100,
    retry: { attempts: 2, backoff: { base: 0 } },
    lateAnswers: "taken",
  };

  it("takes the answer of an attempt that was given up, and aborts the other one", async () => {
    const { clock, subject } = make(options);
    const signals: AbortSignal[] = [];
    const result = subject.run(({ attempt, signal }) => {
      signals.push(signal);
      return attempt === 1 ? answer(clock, 150, "late") : never();
    });
    await clock.advance(120);
    expect(signals.map((signal) => signal.aborted)).toEqual([false, false]);
    await clock.advance(100);
    expect(await result).toBe("late");
    expect(signals.map((signal) => signal.aborted)).toEqual([false, true]);
    expect(signals[1]?.reason).toMatchObject({ code: "BREAKWATER_CALL_ENDED" });
    expect(clock.pending).toBe(0);
  });

  it("aborts all that is still out when the call ends without it", async () => {
    const { clock, subject } = make(options);
    const signals: AbortSignal[] = [];
    const result = subject.runOutcome(({ signal }) => {
      signals.push(signal);
      return never();
    });
    await clock.advance(500);
    expect((await result).outcome).toBe("timedOut");
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
  });
});
