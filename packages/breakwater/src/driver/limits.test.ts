/** Calls that wait for a turn or a place, on real time. */
import { describe, expect, it } from "vitest";
import { answer, make, never } from "../../test-support/driven.ts";
import { BreakwaterError } from "../index.ts";

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof BreakwaterError ? [error.code, error.reason, error.retryAfterMs] : error;
}

describe("a call that waits for a place", () => {
  const options = { bulkhead: { concurrent: 1, queue: { size: 1, maxWait: 200 } } };

  it("has its timeout counted from the moment in which it goes out, though nobody listens", async () => {
    const { clock, subject } = make({ ...options, timeout: 100 });
    const first = subject.run(() => answer(clock, 80, "first"));
    const second = subject.run(() => answer(clock, 60, "second"));
    await clock.advance(80);
    expect(await first).toBe("first");
    await clock.advance(60);
    expect(await second).toBe("second");
    expect(clock.pending).toBe(0);
  });

  it("is refused with the reason when there is no room, or no place in time", async () => {
    const { clock, subject } = make(options);
    const hanging = subject.runOutcome(never);
    const waiting = codeOf(subject.run(() => 1));
    expect(await codeOf(subject.run(() => 2))).toEqual([
      "BREAKWATER_REJECTED",
      "bulkheadFull",
      undefined,
    ]);
    await clock.advance(200);
    expect(await waiting).toEqual(["BREAKWATER_REJECTED", "waitedTooLong", undefined]);
    void hanging;
  });

  it("leaves the line at once when its caller does", async () => {
    const { clock, subject } = make(options);
    const first = subject.run(() => answer(clock, 50, "first"));
    const caller = new AbortController();
    let called = false;
    const second = subject.run(() => (called = true), { signal: caller.signal });
    const reason = new Error("the user went home");
    caller.abort(reason);
    await expect(second).rejects.toBe(reason);
    const third = subject.run(() => "third");
    await clock.advance(50);
    expect([await first, await third, called]).toEqual(["first", "third", false]);
  });

  it("gives way to a more important one", async () => {
    const { clock, subject } = make(options);
    const first = subject.run(() => answer(clock, 50, "first"));
    const plain = codeOf(subject.run(() => "plain"));
    const urgent = subject.run(() => "urgent", { priority: 5 });
    expect(await plain).toEqual(["BREAKWATER_REJECTED", "displaced", undefined]);
    await clock.advance(50);
    expect([await first, await urgent]).toEqual(["first", "urgent"]);
  });

  it("goes out only when the attempt that was given up has really ended", async () => {
    const { clock, subject } = make({ ...options, timeout: 20 });
    const started: number[] = [];
    const first = codeOf(
      subject.run(() => {
        started.push(clock.now());
        return answer(clock, 70, "late");
      }),
    );
    const second = subject.run(() => {
      started.push(clock.now());
      return "second";
    });
    await clock.advance(20);
    expect((await first) as unknown[]).toContain("BREAKWATER_TIMEOUT");
    await clock.advance(50);
    expect([await second, started.map((atMs) => atMs - (started[0] as number))]).toEqual([
      "second",
      [0, 70],
    ]);
  });
});

describe("a call that waits for its turn", () => {
  it("goes out then, or is refused with the time until it could", async () => {
    const { clock, subject } = make({ rateLimiter: { limit: 10, burst: 1, maxWait: 100 } });
    expect(await subject.run(() => "first")).toBe("first");
    let called = false;
    const second = subject.run(() => (called = true));
    expect(await codeOf(subject.run(() => 3))).toEqual(["BREAKWATER_REJECTED", "rateLimited", 200]);
    await clock.advance(99);
    expect(called).toBe(false);
    await clock.advance(1);
    expect(await second).toBe(true);
  });
});
