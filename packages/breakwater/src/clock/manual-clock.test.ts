import { describe, expect, it } from "vitest";
import { ManualClock } from "./manual-clock.ts";

describe("ManualClock", () => {
  it("runs what is due in order of time, then of scheduling, each at its own moment", async () => {
    const clock = new ManualClock(1000);
    const rang: string[] = [];
    const ring = (name: string) => () => rang.push(`${clock.now()} ${name}`);
    clock.schedule(1030, ring("c"));
    clock.schedule(1010, ring("a"));
    clock.schedule(1030, ring("d"));
    clock.schedule(1020, ring("b"));
    clock.schedule(1031, ring("later"));
    await clock.advance(30);
    expect(rang).toEqual(["1010 a", "1020 b", "1030 c", "1030 d"]);
    expect(clock.now()).toBe(1030);
    expect(clock.pending).toBe(1);
  });

  it("lets promise jobs settle before time goes on", async () => {
    const clock = new ManualClock();
    const seen: string[] = [];
    const wait = (ms: number) =>
      new Promise<void>((resolve) => clock.schedule(clock.now() + ms, resolve));
    const work = async () => {
      for (let step = 1; step <= 3; step++) {
        await wait(10);
        for (let job = 0; job < 50; job++) await Promise.resolve();
        seen.push(`${clock.now()} step ${step}`);
      }
    };
    const worked = work();
    clock.schedule(25, () => seen.push("25 meanwhile"));
    await clock.advanceTo(100);
    expect(seen).toEqual(["10 step 1", "20 step 2", "25 meanwhile", "30 step 3"]);
    await worked;
  });

  it("runs what is overdue at the next occasion, without going back in time", async () => {
    const clock = new ManualClock(100);
    let rangAtMs = 0;
    clock.schedule(50, () => {
      rangAtMs = clock.now();
    });
    await clock.advance(0);
    expect(rangAtMs).toBe(100);
  });

  it("forgets what was cancelled", async () => {
    const clock = new ManualClock();
    let rang = false;
    const scheduled = clock.schedule(10, () => {
      rang = true;
    });
    clock.cancel(scheduled);
    clock.cancel(scheduled);
    await clock.advance(20);
    expect(rang).toBe(false);
  });

  it("refuses to go back, and to advance twice at a time", async () => {
    const clock = new ManualClock(100);
    await expect(clock.advanceTo(99)).rejects.toThrow(RangeError);
    await expect(clock.advance(Number.NaN)).rejects.toThrow(RangeError);
    const first = clock.advance(10);
    await expect(clock.advance(10)).rejects.toThrow(/await the earlier advance/);
    await first;
    expect(clock.now()).toBe(110);
  });
});
