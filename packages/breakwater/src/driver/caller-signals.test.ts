import { getEventListeners } from "node:events";
import type { Fact } from "@breakwater/policy";
import { describe, expect, it } from "vitest";
import { answer, make, never, RETRY } from "../../test-support/driven.ts";
import type { AttemptContext } from "./attempt.ts";

describe("the caller's signal", () => {
  const reason = new Error("the user went home");

  it("prevents a call that has not begun", async () => {
    const { subject } = make({ fallback: { value: 1 } });
    const facts: Fact[] = [];
    subject.onFact((fact) => facts.push(fact));
    let called = false;
    const signal = AbortSignal.abort(reason);
    await expect(subject.run(() => (called = true), { signal })).rejects.toBe(reason);
    expect(called).toBe(false);
    expect(facts).toMatchObject([{ type: "callEnded", outcome: "cancelled", attempts: 0 }]);
  });

  it("ends an attempt at once, with its own reason", async () => {
    const { clock, subject } = make({ timeout: 100 });
    const outer = new AbortController();
    let inner: AbortSignal | undefined;
    const result = subject.runOutcome(
      ({ signal }) => {
        inner = signal;
        return never();
      },
      { signal: outer.signal },
    );
    outer.abort(reason);
    expect(await result).toEqual({
      outcome: "cancelled",
      value: undefined,
      error: reason,
      attempts: 1,
      cause: undefined,
    });
    expect(inner?.reason).toBe(reason);
    expect(clock.pending).toBe(0);
  });

  it("ends the wait between attempts at once, and there is no further attempt", async () => {
    const { clock, subject } = make({ idempotent: true, retry: RETRY });
    const outer = new AbortController();
    let attempts = 0;
    const result = subject.runOutcome(
      () => {
        attempts++;
        throw new Error("down");
      },
      { signal: outer.signal },
    );
    await clock.advance(50);
    outer.abort(reason);
    expect(await result).toMatchObject({ outcome: "cancelled", error: reason, attempts: 1 });
    await clock.advance(1000);
    expect(attempts).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it("ends a call whose function aborts it before it returns", async () => {
    const { subject } = make({ timeout: 100 });
    const outer = new AbortController();
    const result = subject.run(
      () => {
        outer.abort(reason);
        return Promise.reject(new Error("after that"));
      },
      { signal: outer.signal },
    );
    await expect(result).rejects.toBe(reason);
  });

  it("ends the wait for a fallback", async () => {
    const { subject } = make({ fallback: never });
    const outer = new AbortController();
    const result = subject.runOutcome(() => Promise.reject(new Error("down")), {
      signal: outer.signal,
    });
    await new Promise((resolve) => setImmediate(resolve));
    outer.abort(reason);
    expect(await result).toMatchObject({ outcome: "cancelled", error: reason, cause: undefined });
    expect(getEventListeners(outer.signal, "abort")).toHaveLength(0);
  });

  it("carries one listener for any number of calls, and none afterwards", async () => {
    const { clock, subject } = make({});
    const outer = new AbortController();
    const listeners = () => getEventListeners(outer.signal, "abort").length;
    const calls = Array.from({ length: 1000 }, (_, i) =>
      subject.run(() => answer(clock, (i * 7) % 100, i), { signal: outer.signal }),
    );
    expect(listeners()).toBe(1);
    await clock.advance(50);
    expect(listeners()).toBe(1);
    await clock.advance(50);
    expect(await Promise.all(calls)).toEqual(calls.map((_, i) => i));
    expect(listeners()).toBe(0);
  });

  it("ends every call that shares it, though some were answered and some begin meanwhile", async () => {
    const { clock, subject } = make({});
    const outer = new AbortController();
    const { signal } = outer;
    const attempt = ({ signal: own }: AttemptContext) => {
      own.addEventListener("abort", () => later.push(subject.runOutcome(never, { signal })));
      return never();
    };
    const later: Promise<{ outcome: string }>[] = [];
    const answered = subject.runOutcome(() => 1, { signal });
    const hanging = Array.from({ length: 10 }, () => subject.runOutcome(attempt, { signal }));
    await clock.advance(1);
    outer.abort(reason);
    expect((await answered).outcome).toBe("ok");
    const all = await Promise.all([...hanging, ...later]);
    expect(all.map(({ outcome }) => outcome)).toEqual(Array(20).fill("cancelled"));
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});
