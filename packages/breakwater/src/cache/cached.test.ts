import { afterAll, describe, expect, expectTypeOf, it } from "vitest";
import { answer, fail, make, never } from "../../test-support/driven.ts";
import type { ManualClock } from "../clock/manual-clock.ts";
import { InvalidOptionsError } from "../index.ts";
import type { CallResult } from "../types.ts";
import { cached } from "./cached.ts";

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);
process.on("unhandledRejection", onUnhandled);
afterAll(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", onUnhandled);
  expect(unhandled).toEqual([]);
});

/** A dependency that answers with the number of its calls after 100 ms, as long as it is up. */
function counting(clock: ManualClock) {
  const down = new Error("down");
  const dependency = {
    calls: 0,
    isDown: false,
    next(): Promise<number> {
      dependency.calls++;
      return dependency.isDown ? fail(clock, 100, down) : answer(clock, 100, dependency.calls);
    },
  };
  return dependency;
}

const SECOND = { ttl: "1s" } as const;

describe("a cached answer", () => {
  it("is given until it has reached its age, and fetched anew after that", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, SECOND);
    const dependency = counting(clock);
    const first = prices.runOutcome("milk", dependency.next);
    await clock.advance(100);
    expect(await first).toMatchObject({ outcome: "ok", value: 1, freshness: "fresh", ageMs: 0 });
    await clock.advance(999);
    const hit = { outcome: "ok", value: 1, freshness: "fresh", ageMs: 999, attempts: 0 };
    expect(await prices.runOutcome("milk", dependency.next)).toMatchObject(hit);
    await clock.advance(1);
    const second = prices.run("milk", dependency.next);
    await clock.advance(100);
    expect([await second, dependency.calls, prices.size]).toEqual([2, 2, 1]);
    expect(clock.pending).toBe(0);
  });

  it("belongs to its key", async () => {
    const { subject } = make({});
    const prices = cached(subject, SECOND);
    expect(await prices.run("milk", () => 129)).toBe(129);
    expect(await prices.run("tea", () => 299)).toBe(299);
    expect(await prices.run("milk", () => 0)).toBe(129);
  });

  it("is undefined if that was the answer", async () => {
    const { subject } = make({});
    const prices = cached(subject, SECOND);
    let calls = 0;
    const nothing = () => void calls++;
    expect(await prices.run("milk", nothing)).toBeUndefined();
    expect(await prices.run("milk", nothing)).toBeUndefined();
    expect(calls).toBe(1);
  });

  it("is never a failure", async () => {
    const { subject } = make({});
    const prices = cached(subject, SECOND);
    const error = new Error("down");
    await expect(prices.run("milk", () => Promise.reject(error))).rejects.toBe(error);
    expect(await prices.run("milk", () => 129)).toBe(129);
  });

  it("is not given to a caller that has left, or whose deadline has passed", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, SECOND);
    await prices.run("milk", () => 129);
    const reason = new Error("gone");
    const signal = AbortSignal.abort(reason);
    const left = await prices.runOutcome("milk", () => 1, { signal });
    expect(left).toMatchObject({ outcome: "cancelled", error: reason });
    await clock.advance(10);
    const late = await prices.runOutcome("milk", () => 1, { deadlineAtMs: 10 });
    expect(late).toMatchObject({ outcome: "timedOut", cause: "timedOut" });
  });
});

describe("calls for the same thing", () => {
  it("share one: 500 callers after an expiry, one attempt", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, SECOND);
    const dependency = counting(clock);
    const run = () => prices.runOutcome("milk", dependency.next);
    const early = run();
    await clock.advance(1100);
    await early;
    const all = Array.from({ length: 500 }, run);
    await clock.advance(50);
    all.push(run());
    await clock.advance(50);
    const values = (await Promise.all(all)).map(({ value, freshness }) => `${value} ${freshness}`);
    expect([dependency.calls, new Set(values)]).toEqual([2, new Set(["2 fresh"])]);
    expect(clock.pending).toBe(0);
  });

  it("share its failure, and the next caller tries again", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, SECOND);
    const dependency = counting(clock);
    dependency.isDown = true;
    const all = [1, 2, 3].map(() => prices.runOutcome("milk", dependency.next));
    await clock.advance(100);
    const outcomes = (await Promise.all(all)).map(({ outcome, cause }) => [outcome, cause]);
    expect(outcomes).toEqual(Array(3).fill(["failed", "failed"]));
    dependency.isDown = false;
    const next = prices.run("milk", dependency.next);
    await clock.advance(100);
    expect([await next, dependency.calls]).toEqual([2, 2]);
  });

  it("share attempts and fallback, once for all", async () => {
    let fallbacks = 0;
    const fallback = () => ++fallbacks;
    const { clock, subject } = make({ timeout: 50, fallback });
    const prices = cached(subject, SECOND);
    const all = [1, 2, 3].map(() => prices.runOutcome("milk", never));
    await clock.advance(50);
    const results = await Promise.all(all);
    const stoodIn = { outcome: "fallback", value: 1, cause: "timedOut", freshness: "default" };
    expect(results).toMatchObject([stoodIn, stoodIn, stoodIn]);
  });

  it("go on when one caller leaves, and the others get the answer", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, SECOND);
    const leader = new AbortController();
    let shared: AbortSignal | undefined;
    const fetch = ({ signal }: { signal: AbortSignal }) => {
      shared = signal;
      return answer(clock, 100, "price");
    };
    const first = prices.runOutcome("milk", fetch, { signal: leader.signal });
    const second = prices.run("milk", fetch);
    await clock.advance(50);
    const reason = new Error("gone");
    leader.abort(reason);
    expect(await first).toMatchObject({ outcome: "cancelled", error: reason, cause: undefined });
    expect(shared?.aborted).toBe(false);
    await clock.advance(50);
    expect(await second).toBe("price");
  });

  it("end when the last caller has left, and whoever comes then leads anew", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, SECOND);
    const dependency = counting(clock);
    const callers = [new AbortController(), new AbortController()];
    const signals: AbortSignal[] = [];
    const fetch = ({ signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return dependency.next();
    };
    const left = callers.map(({ signal }) => prices.runOutcome("milk", fetch, { signal }));
    await clock.advance(10);
    for (const caller of callers) caller.abort(new Error("gone"));
    // In the same moment, before the shared call has heard of its own end.
    const next = prices.runOutcome("milk", fetch);
    await clock.advance(100);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect((await Promise.all(left)).map(({ outcome }) => outcome)).toEqual([
      "cancelled",
      "cancelled",
    ]);
    expect(await next).toMatchObject({ outcome: "ok", value: 2 });
    expect(await prices.run("milk", fetch)).toBe(2);
    expect(clock.pending).toBe(0);
  });

  it("end for a caller at its own deadline, and for the others at theirs", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, SECOND);
    const dependency = counting(clock);
    const hurried = prices.runOutcome("milk", dependency.next, { deadlineAtMs: 50 });
    const patient = prices.runOutcome("milk", dependency.next, { deadlineAtMs: 500 });
    await clock.advance(50);
    const error = { code: "BREAKWATER_DEADLINE_EXCEEDED" };
    expect(await hurried).toMatchObject({ outcome: "timedOut", cause: "timedOut", error });
    await clock.advance(50);
    expect(await patient).toMatchObject({ outcome: "ok", value: 1 });
    expect(clock.pending).toBe(0);
  });

  it("may end in the very function that they wait for", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, SECOND);
    const caller = new AbortController();
    const leave = () => {
      caller.abort(new Error("gone"));
      return never();
    };
    const result = await prices.runOutcome("milk", leave, { signal: caller.signal });
    expect(result.outcome).toBe("cancelled");
    expect(await prices.run("milk", () => 129)).toBe(129);
    expect(clock.pending).toBe(0);
  });
});

describe("an old answer", () => {
  it("stands in for a failure, in place of the fallback, and tells its age", async () => {
    const { clock, subject } = make({ fallback: { value: "unknown" } });
    const prices = cached(subject, { ttl: "1s", staleIfError: "10s" });
    const dependency = counting(clock);
    const first = prices.run("milk", dependency.next);
    await clock.advance(100);
    await first;
    dependency.isDown = true;
    await clock.advance(4000);
    const all = [1, 2].map(() => prices.runOutcome("milk", dependency.next));
    await clock.advance(100);
    const stale = { outcome: "fallback", value: 1, cause: "failed", freshness: "stale" };
    expect(await Promise.all(all)).toMatchObject(Array(2).fill({ ...stale, ageMs: 4100 }));
    await clock.advance(6900);
    const tooOld = prices.runOutcome("milk", dependency.next);
    await clock.advance(100);
    const byDefault = { outcome: "fallback", value: "unknown", freshness: "default" };
    expect(await tooOld).toMatchObject({ ...byDefault, ageMs: undefined });
  });

  it("stands in where there is no fallback, and while the circuit is open", async () => {
    const window = { kind: "consecutive", failures: 1 } as const;
    const { clock, subject } = make({ circuitBreaker: { window, openFor: "1min" } });
    const prices = cached(subject, { ttl: 1, staleIfError: "1h" });
    expect(await prices.run("milk", () => 129)).toBe(129);
    await clock.advance(1000);
    const down = () => Promise.reject<number>(new Error("down"));
    const causes = [
      await prices.runOutcome("milk", down),
      await prices.runOutcome("milk", down),
    ].map(({ outcome, value, cause }) => [outcome, value, cause]);
    expect(causes).toEqual([
      ["fallback", 129, "failed"],
      ["fallback", 129, "shortCircuited"],
    ]);
    expect(await prices.run("milk", down)).toBe(129);
  });

  it("is given at once while one call fetches a new one, which nobody can abort", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, { ttl: "1s", staleWhileRefreshing: "1min" });
    const dependency = counting(clock);
    const first = prices.run("milk", dependency.next);
    await clock.advance(1100);
    await first;
    const caller = new AbortController();
    const options = { signal: caller.signal };
    const stale = await Promise.all(
      [1, 2, 3].map(() => prices.runOutcome("milk", dependency.next, options)),
    );
    const old = { outcome: "ok", value: 1, freshness: "stale", ageMs: 1000, cause: undefined };
    expect(stale).toMatchObject([old, old, old]);
    caller.abort();
    await clock.advance(100);
    expect(await prices.run("milk", dependency.next)).toBe(2);
    expect(dependency.calls).toBe(2);
  });

  it("may be refreshed in vain", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, { ttl: "1s", staleWhileRefreshing: "1min" });
    await prices.run("milk", () => 1);
    await clock.advance(1000);
    const down = () => Promise.reject<number>(new Error("down"));
    expect(await prices.run("milk", down)).toBe(1);
    await clock.advance(10);
    expect(await prices.run("milk", () => 2)).toBe(1);
    await clock.advance(10);
    expect(await prices.run("milk", () => 3)).toBe(2);
  });
});

describe("forgetting", () => {
  it("a key drops its answer, and the one that is under way is not kept", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, SECOND);
    const dependency = counting(clock);
    const before = prices.run("milk", dependency.next);
    prices.forget("milk");
    const after = prices.run("milk", dependency.next);
    await clock.advance(100);
    expect([await before, await after, dependency.calls]).toEqual([1, 2, 2]);
    expect(await prices.run("milk", dependency.next)).toBe(2);
    prices.forget("milk");
    expect(prices.size).toBe(0);
  });

  it("everything drops everything", async () => {
    const { subject } = make({});
    const prices = cached(subject, { ttl: "1h", maxEntries: 2 });
    for (const key of ["a", "b", "c"]) await prices.run(key, () => key);
    expect(prices.size).toBe(2);
    prices.clear();
    expect(prices.size).toBe(0);
    expect(await prices.run("c", () => "anew")).toBe("anew");
  });
});

describe("cached", () => {
  it("refuses options that are wrong", () => {
    const { subject } = make({});
    expect(() => cached(subject, { ttl: "-1s" })).toThrow(InvalidOptionsError);
  });

  it("knows what a call answers", async () => {
    const { subject } = make({});
    const plain = cached(subject, SECOND);
    expect(plain.policy).toBe(subject);
    const result = plain.runOutcome("a", async () => 1);
    expectTypeOf<typeof result>().toExtend<Promise<CallResult<number, unknown>>>();
    expect((await result).value).toBe(1);
  });
});
