import { describe, expect, it } from "vitest";
import { answer, fail, make, never, RETRY } from "../../test-support/driven.ts";
import { type Fact, InvalidOptionsError, type PolicyOptions } from "../index.ts";

const down = new Error("down");
const breaker = (failures: number, openFor = "10s") => ({
  circuitBreaker: { window: { kind: "consecutive" as const, failures }, openFor },
});

async function failTimes(subject: ReturnType<typeof make>["subject"], times: number) {
  for (let i = 0; i < times; i++) await subject.runOutcome(() => Promise.reject(down));
}

async function outcomes(subject: ReturnType<typeof make>["subject"], calls: number) {
  const found: string[] = [];
  for (let i = 0; i < calls; i++) found.push((await subject.runOutcome(() => 1)).outcome);
  return found;
}

describe("reconfigure", () => {
  it("puts new options in force for new calls; those under way finish under theirs", async () => {
    const { clock, subject } = make({ timeout: "100ms", fallback: { value: "old" } });
    const early = subject.run(never);
    const options: PolicyOptions = { timeout: "300ms", fallback: { value: "new" } };
    subject.reconfigure(options);
    expect(subject.options).toBe(options);
    const late = subject.run(never);
    await clock.advance(100);
    expect(await early).toBe("old");
    await clock.advance(200);
    expect(await late).toBe("new");
  });

  it("changes nothing when the options are wrong", async () => {
    const { subject } = make({ name: "stock", ...breaker(2) });
    const { options, breaker: handle } = subject;
    const wrong = { name: "stock", timeout: "-1s" };
    expect(() => subject.reconfigure(wrong)).toThrow(InvalidOptionsError);
    expect(() => subject.reconfigure({ name: "price" })).toThrow(/named "stock"/);
    expect(subject.options).toBe(options);
    expect(subject.breaker).toBe(handle);
    await failTimes(subject, 2);
    expect(await outcomes(subject, 1)).toEqual(["shortCircuited"]);
  });

  it("keeps a circuit whose options are the same, and what calls under way tell it", async () => {
    const { clock, subject } = make(breaker(2));
    const early = subject.runOutcome(() => fail(clock, 50, down));
    await failTimes(subject, 1);
    const report = subject.reconfigure({ ...breaker(2), timeout: "5s" });
    expect(report).toEqual({ kept: [expect.stringContaining("under way")], notKept: [] });
    expect(subject.breaker?.state).toBe("closed");
    await clock.advance(50);
    await early;
    expect(subject.breaker?.state).toBe("open");
  });

  it("takes an open circuit over into other options, and a window that fits", async () => {
    const { clock, subject } = make(breaker(3));
    await failTimes(subject, 2);
    expect(subject.reconfigure(breaker(5)).kept).toEqual(["circuit: its state and its window"]);
    await failTimes(subject, 3);
    expect(subject.breaker?.state).toBe("open");
    await clock.advance(4000);
    subject.reconfigure(breaker(4, "20s"));
    expect(subject.breaker?.state).toBe("open");
    await clock.advance(4000);
    // 2 s are left; who sets less than that wants it sooner.
    subject.reconfigure(breaker(4, "1s"));
    expect(subject.breaker?.state).toBe("open");
    await clock.advance(999);
    expect(await outcomes(subject, 1)).toEqual(["shortCircuited"]);
    await clock.advance(1);
    expect(await outcomes(subject, 1)).toEqual(["ok"]);
  });

  it("says when a window does not fit, or when there is no circuit any more", async () => {
    const { subject } = make(breaker(3));
    await failTimes(subject, 2);
    const other: PolicyOptions = { circuitBreaker: { window: { kind: "count", size: 10 } } };
    expect(subject.reconfigure(other).notKept).toEqual([expect.stringContaining("does not fit")]);
    expect(subject.breaker?.state).toBe("closed");
    expect(subject.reconfigure({}).notKept).toEqual(["circuit: there is none any more"]);
    expect(subject.breaker).toBeUndefined();
  });

  it.each(["tokenBucket", "slidingWindow"] as const)("keeps the permits of a %s", async (kind) => {
    const limit = (count: number) => ({ rateLimiter: { kind, limit: count, per: "10s" } });
    const { clock, subject } = make(limit(5));
    expect(await outcomes(subject, 3)).toEqual(["ok", "ok", "ok"]);
    subject.reconfigure({ ...limit(5), timeout: "1s" });
    expect(await outcomes(subject, 1)).toEqual(["ok"]);
    // One permit is left, however many the new options would begin with.
    expect(subject.reconfigure(limit(8)).kept).toEqual(["rate limiter: its permits"]);
    expect(await outcomes(subject, 2)).toEqual(["ok", "rejected"]);
    await clock.advance(10_000);
    expect(await outcomes(subject, 9)).toEqual([...Array(8).fill("ok"), "rejected"]);
  });

  it("keeps the tokens of a retry budget", async () => {
    const retry = (capacity: number) => ({
      idempotent: true as const,
      retry: {
        attempts: 2,
        backoff: { base: 0 },
        budget: { ratio: 0.001, floor: 0, capacity },
      },
    });
    const { subject } = make(retry(3));
    const attempts = async () => (await subject.runOutcome(() => Promise.reject(down))).attempts;
    expect([await attempts(), await attempts()]).toEqual([2, 2]);
    subject.reconfigure(retry(10));
    expect([await attempts(), await attempts()]).toEqual([2, 1]);
    subject.reconfigure({ ...retry(10), deadline: "9s" });
    expect(await attempts()).toBe(1);
  });

  it("goes on telling listeners, of calls under way and of the circuit, under rising numbers", async () => {
    const { clock, subject } = make({ ...breaker(1), idempotent: true, retry: RETRY });
    const facts: Fact[] = [];
    const early = subject.runOutcome(() => answer(clock, 10, 1));
    subject.reconfigure(breaker(1));
    const stop = subject.onFact((fact) => facts.push(fact));
    await clock.advance(10);
    await early;
    await failTimes(subject, 1);
    subject.reconfigure({ ...breaker(1), timeout: "1s" });
    subject.breaker?.reset("by a test");
    await subject.run(() => 1);
    const told = facts.map((fact) =>
      "callId" in fact ? `${fact.type} ${fact.callId}` : fact.type,
    );
    expect(told).toEqual([
      "attemptEnded 1",
      "callEnded 1",
      "attemptStarted 2",
      "attemptEnded 2",
      "circuitOpened",
      "callEnded 2",
      "circuitClosed",
      "attemptStarted 3",
      "attemptEnded 3",
      "callEnded 3",
    ]);
    stop();
    await subject.run(() => 1);
    expect(facts).toHaveLength(10);
  });
});
