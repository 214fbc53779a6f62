import { describe, expect, it } from "vitest";
import { answer, make } from "../../test-support/driven.ts";
import type { PolicyOptions } from "../index.ts";

const down = new Error("down");

/** Calls that take so long each; tells who is under way, and in which order they began. */
function slowCalls(made: ReturnType<typeof make>, tookMs = 50) {
  const begun: string[] = [];
  const call = (name: string, priority = 0) =>
    made.subject.runOutcome(
      () => {
        begun.push(name);
        return answer(made.clock, tookMs, name);
      },
      { priority },
    );
  return { begun, call };
}

const outcomes = async (calls: Promise<{ outcome: string }>[]) =>
  (await Promise.all(calls)).map(({ outcome }) => outcome);

describe("places, while calls are under way", () => {
  const bulkhead = (concurrent: number, size = 10): PolicyOptions => ({
    bulkhead: { concurrent, queue: { size } },
  });

  it("are counted on: no more than the new limit at once", async () => {
    const made = make(bulkhead(2));
    const { begun, call } = slowCalls(made);
    const early = ["a", "b", "c"].map((name) => call(name));
    const { kept, notKept } = made.subject.reconfigure(bulkhead(1));
    expect([kept, notKept]).toEqual([["places: 2 under way and 1 waiting"], []]);
    const late = ["d", "e"].map((name) => call(name));
    expect(begun).toEqual(["a", "b"]);
    await made.clock.advance(50);
    // Both places are free, one of them for good.
    expect(begun).toEqual(["a", "b", "c"]);
    await made.clock.advance(50);
    expect(begun).toEqual(["a", "b", "c", "d"]);
    await made.clock.advance(100);
    expect(await outcomes([...early, ...late])).toEqual(Array(5).fill("ok"));
  });

  it("are given to those who wait, at once, when there are more", async () => {
    const made = make(bulkhead(1));
    const { begun, call } = slowCalls(made);
    const early = ["a", "b", "c", "d"].map((name) => call(name));
    made.subject.reconfigure({ ...bulkhead(3), timeout: "40ms" });
    expect(begun).toEqual(["a", "b", "c"]);
    await made.clock.advance(100);
    // They began without a timeout, and finish without.
    expect(await outcomes(early)).toEqual(Array(4).fill("ok"));
    const late = call("e");
    await made.clock.advance(100);
    expect(await outcomes([late])).toEqual(["timedOut"]);
  });

  it("who waits stays in a shorter queue, and newcomers find it full", async () => {
    const made = make(bulkhead(1));
    const { call } = slowCalls(made);
    const early = ["a", "b", "c"].map((name) => call(name));
    made.subject.reconfigure(bulkhead(1, 1));
    const late = [call("d"), call("e", 1)];
    await made.clock.advance(200);
    // The more important one takes the place of one that began under the old options.
    expect(await outcomes(early)).toEqual(["ok", "ok", "rejected"]);
    expect(await outcomes(late)).toEqual(["rejected", "ok"]);
  });

  it("hold until an attempt that was given up has ended", async () => {
    const made = make({ ...bulkhead(1, 0), timeout: "10ms" });
    const { call } = slowCalls(made);
    const early = call("a");
    await made.clock.advance(10);
    expect(await outcomes([early])).toEqual(["timedOut"]);
    made.subject.reconfigure(bulkhead(1, 0));
    expect(await outcomes([call("b")])).toEqual(["rejected"]);
    await made.clock.advance(40);
    const late = call("c");
    await made.clock.advance(50);
    expect(await outcomes([late])).toEqual(["ok"]);
  });

  it("survive a change of who limits, there and back", async () => {
    const made = make(bulkhead(2));
    const { begun, call } = slowCalls(made);
    const early = ["a", "b", "c"].map((name) => call(name));
    const limiter: PolicyOptions = { concurrencyLimiter: { initial: 2, queue: { size: 10 } } };
    expect(made.subject.reconfigure(limiter).kept).toEqual(["places: 2 under way and 1 waiting"]);
    const middle = call("d");
    expect(begun).toEqual(["a", "b"]);
    made.subject.reconfigure(bulkhead(1));
    const late = call("e");
    await made.clock.advance(50);
    expect(begun).toEqual(["a", "b", "c"]);
    await made.clock.advance(150);
    expect(begun).toEqual(["a", "b", "c", "d", "e"]);
    expect(await outcomes([...early, middle, late])).toEqual(Array(5).fill("ok"));
    // Nothing was lost or given twice.
    const again = ["f", "g"].map((name) => call(name));
    expect(begun).toHaveLength(6);
    await made.clock.advance(100);
    expect(await outcomes(again)).toEqual(["ok", "ok"]);
  });

  it("are told of when there is no limit any more", async () => {
    const made = make(bulkhead(1));
    const { call } = slowCalls(made);
    const early = ["a", "b"].map((name) => call(name));
    expect(made.subject.reconfigure({}).notKept).toEqual([
      expect.stringContaining("1 under way and 1 waiting"),
    ]);
    await made.clock.advance(100);
    expect(await outcomes(early)).toEqual(["ok", "ok"]);
  });
});

describe("what parts have learnt", () => {
  it("a concurrency limiter keeps its limit, and goes on learning from calls under way", async () => {
    const limiter = (max: number): PolicyOptions => ({
      timeout: "20ms",
      concurrencyLimiter: { algorithm: { kind: "aimd", backoff: 0.5 }, initial: 8, max },
    });
    const made = make(limiter(100));
    const { call } = slowCalls(made, 30);
    const dropped = call("a");
    await made.clock.advance(30);
    expect(await outcomes([dropped])).toEqual(["timedOut"]);
    const early = Array.from({ length: 4 }, (_, i) => call(`b${i}`));
    const { kept } = made.subject.reconfigure(limiter(50));
    expect(kept).toContain("concurrency limiter: the limit that it has learnt (4)");
    expect(await outcomes([call("c")])).toEqual(["rejected"]);
    await made.clock.advance(30);
    expect(await outcomes(early)).toEqual(Array(4).fill("timedOut"));
    expect(made.subject.reconfigure(limiter(50)).kept).toEqual([
      "concurrency limiter: the limit that it has learnt (2)",
    ]);
    expect(made.subject.reconfigure(limiter(50)).kept).toHaveLength(1);
  });

  it('an answer that says "too much" lowers the limit, another error does not', async () => {
    const made = make({
      concurrencyLimiter: { algorithm: { kind: "aimd", backoff: 0.5 }, initial: 8 },
    });
    const limit = () => made.subject.reconfigure(made.subject.options).kept[0];
    await made.subject.runOutcome(() => Promise.reject(down));
    expect(limit()).toContain("(8)");
    await made.clock.advance(1);
    await made.subject.runOutcome(() => Promise.reject({ overloaded: true }));
    expect(limit()).toContain("(4)");
  });

  it("a client throttle and a hedge keep what they know under other options", async () => {
    const options = (multiplier: number, delay: string): PolicyOptions => ({
      idempotent: true,
      clientThrottle: { multiplier, window: "10s" },
      hedge: { delay, quantile: 0.9 },
    });
    const made = make(options(1.1, "1s"));
    const { call } = slowCalls(made, 20);
    for (let i = 0; i < 32; i++) {
      const one = call(`a${i}`);
      await made.clock.advance(20);
      await one;
    }
    for (let i = 0; i < 40; i++) await made.subject.runOutcome(() => Promise.reject(down));
    expect((await made.subject.runOutcome(() => 1)).outcome).toBe("rejected");
    const { kept, notKept } = made.subject.reconfigure(options(1.2, "2s"));
    expect([kept, notKept]).toEqual([
      [
        "client throttle: how much was accepted lately",
        "hedge: the successes from which it learns its delay (20ms)",
      ],
      [],
    ]);
    expect((await made.subject.runOutcome(() => 1)).outcome).toBe("rejected");
  });
});
