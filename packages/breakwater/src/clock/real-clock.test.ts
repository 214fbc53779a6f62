import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RealClock, type Sleeper } from "./real-clock.ts";

describe("RealClock, with the platform's timers replaced", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("serves all that wait for one delay with one timer, in order", () => {
    const clock = new RealClock();
    const rang: number[] = [];
    for (let i = 0; i < 100; i++) {
      clock.schedule(clock.now() + 300, () => rang.push(i));
      vi.advanceTimersByTime(1);
    }
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(199);
    expect(rang).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rang).toEqual([0]);
    vi.advanceTimersByTime(99);
    expect(rang).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rings at the right moments for many delays, some of them cancelled", () => {
    const clock = new RealClock();
    const due: number[] = [];
    const rang: number[] = [];
    for (let i = 0; i < 500; i++) {
      const atMs = clock.now() + ((i * 37) % 50) + 1;
      const scheduled = clock.schedule(atMs, () => rang.push(clock.now() - atMs));
      if (i % 3 === 0) clock.cancel(scheduled);
      else due.push(atMs);
      if (i % 10 === 0) vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(200);
    expect(rang).toHaveLength(due.length);
    expect(rang.every((lateMs) => lateMs >= 0 && lateMs <= 1)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("keeps those of one delay in order though they differ within the millisecond", () => {
    const clock = new RealClock();
    const rang: string[] = [];
    const nowMs = clock.now();
    clock.schedule(nowMs + 9.9, () => rang.push("third"));
    clock.schedule(nowMs + 9.2, () => rang.push("first"));
    clock.schedule(nowMs + 9.5, () => rang.push("second"));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(20);
    expect(rang).toEqual(["first", "second", "third"]);
  });

  it("is not late when somebody works for a while before scheduling", () => {
    const clock = new RealClock();
    let rangAtMs = 0;
    const atMs = clock.now() + 300;
    vi.advanceTimersByTime(200);
    clock.schedule(atMs, () => {
      rangAtMs = clock.now();
    });
    vi.advanceTimersByTime(400);
    expect(rangAtMs).toBe(atMs);
  });

  it("forgets a cancelled callback, and takes a second cancel calmly", () => {
    const clock = new RealClock();
    const rang: string[] = [];
    const atMs = clock.now() + 10;
    const first = clock.schedule(atMs, () => rang.push("first"));
    clock.schedule(atMs, () => rang.push("second"));
    clock.cancel(first);
    clock.cancel(first);
    vi.advanceTimersByTime(10);
    clock.cancel(first);
    expect(rang).toEqual(["second"]);
  });

  it("waits longer than the platform's longest timer", () => {
    const clock = new RealClock();
    let rang = false;
    clock.schedule(clock.now() + 2 ** 31 + 5000, () => {
      rang = true;
    });
    vi.advanceTimersByTime(2 ** 31 + 4999);
    expect(rang).toBe(false);
    vi.advanceTimersByTime(1);
    expect(rang).toBe(true);
  });

  it("wakes whoever has taken another's place, in the order of the places", () => {
    const clock = new RealClock();
    const woken: string[] = [];
    const sleeper = (name: string): Sleeper => ({
      ringsAtMs: Number.POSITIVE_INFINITY,
      bed: undefined,
      sooner: undefined,
      later: undefined,
      wake: () => woken.push(name),
    });
    const places = ["a", "b", "c", "d"].map(sleeper);
    const others = ["A", "B", "C", "D"].map(sleeper);
    const atMs = clock.now() + 10;
    for (const one of places) clock.sleep(one, atMs, undefined);
    for (const index of [3, 0, 1]) {
      clock.replace(places[index] as Sleeper, others[index] as Sleeper);
      expect(places[index]).toMatchObject({ bed: undefined, ringsAtMs: Number.POSITIVE_INFINITY });
      expect(others[index]?.ringsAtMs).toBe(atMs);
    }
    // Nobody sleeps there any more.
    clock.replace(places[0] as Sleeper, others[2] as Sleeper);
    clock.rouse(others[1] as Sleeper);
    vi.advanceTimersByTime(10);
    expect(woken).toEqual(["A", "c", "D"]);
    vi.advanceTimersByTime(100);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("follows timers that a test puts in place later, or takes away", () => {
    vi.useRealTimers();
    const clock = new RealClock();
    const realMs = clock.now();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"], now: 0 });
    const fakeMs = clock.now();
    vi.advanceTimersByTime(1_000_000);
    expect(clock.now()).toBe(fakeMs + 1_000_000);
    vi.useRealTimers();
    expect(clock.now() - realMs).toBeLessThan(1_000_000);
  });

  it("rings for the others when one callback throws", () => {
    const clock = new RealClock();
    const rang: string[] = [];
    const atMs = clock.now() + 10;
    clock.schedule(atMs, () => {
      throw new Error("broken");
    });
    clock.schedule(atMs, () => rang.push("second"));
    expect(() => vi.advanceTimersByTime(10)).toThrow("broken");
    vi.advanceTimersByTime(1);
    expect(rang).toEqual(["second"]);
  });
});

/** Runs a script in a process of its own; resolves to what it printed, how it ended, and how long it took. */
function run(script: string) {
  const source = `import { policy } from ${JSON.stringify(import.meta.resolve("../index.ts"))};\n${script}`;
  const startedAtMs = performance.now();
  const options = [
    "--conditions=breakwater-source",
    "--input-type=module-typescript",
    "-e",
    source,
  ];
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawn(process.execPath, options, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  child.stdout.on("data", (text) => {
    printed += text;
  });
  child.stderr.on("data", (text) => {
    printed += text;
  });
  return new Promise<{ code: number | null; printed: string; tookMs: number }>((resolve) => {
    child.on("close", (code) => {
      resolve({ code, printed: printed.trim(), tookMs: performance.now() - startedAtMs });
    });
  });
}

describe("a process that has nothing else to do", () => {
  it("still times out a hanging call, again and again", async () => {
    const { code, printed } = await run(`
      const hang = () => new Promise(() => {});
      const subject = policy({ idempotent: true, timeout: 50, retry: { attempts: 3, backoff: { base: 20 } } });
      subject.run(hang).catch((error) => console.log(error.code));
    `);
    expect({ code, printed }).toEqual({ code: 0, printed: "BREAKWATER_TIMEOUT" });
  }, 30_000);

  it("still times out a call that the module itself awaits", async () => {
    const { code, printed } = await run(`
      const { outcome } = await policy({ timeout: 50 }).runOutcome(() => new Promise(() => {}));
      console.log(outcome);
    `);
    expect({ code, printed }).toEqual({ code: 0, printed: "timedOut" });
  }, 30_000);

  it("exits at once when every call was answered, though their timeouts were long", async () => {
    const { code, printed, tookMs } = await run(`
      await policy({ timeout: "10min", deadline: "20min" }).run(async () => {});
      console.log("answered");
    `);
    expect({ code, printed }).toEqual({ code: 0, printed: "answered" });
    expect(tookMs).toBeLessThan(30_000);
  }, 40_000);
});
