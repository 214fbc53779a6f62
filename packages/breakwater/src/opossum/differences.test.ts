// Where the drop-in differs from opossum on purpose. Each test shows both, so that none is a difference in words only.
import { createRequire } from "node:module";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Make, observe, pass, settled, takes } from "../../test-support/opossum.ts";
import { CircuitBreaker } from "./index.ts";

const require = createRequire(import.meta.url);
const Opossum = require("opossum") as Make;
const Drop = CircuitBreaker as unknown as Make;

/** Runs the same steps against both. */
async function both<T>(steps: (make: Make) => Promise<T>): Promise<{ theirs: T; ours: T }> {
  const theirs = await steps(Opossum);
  await pass(120_000);
  const ours = await steps(Drop);
  await pass(120_000);
  return { theirs, ours };
}

const warnings: string[] = [];
const warned = vi.spyOn(process, "emitWarning").mockImplementation((warning) => {
  warnings.push(String(warning));
});

beforeAll(() => void vi.useFakeTimers());
beforeEach(() => void warnings.splice(0));
afterAll(() => {
  vi.useRealTimers();
  warned.mockRestore();
});

const obeys = async (works: boolean, ms = 0) => {
  if (ms > 0) await takes(ms);
  if (!works) throw new Error("told to fail");
  return "done";
};

describe("which results decide", () => {
  test("a success from before the opening does not close the circuit", async () => {
    const { theirs, ours } = await both(async (make) => {
      const breaker = new make(obeys, { timeout: false, resetTimeout: 1000 });
      const stale = settled(breaker.fire(true, 1500));
      for (let i = 0; i < 3; i++) await settled(breaker.fire(false));
      expect(breaker.opened).toBe(true);
      await pass(1500);
      const result = [await stale, breaker.closed, breaker.halfOpen];
      breaker.shutdown();
      return result;
    });
    expect(theirs).toEqual([["resolved", "done"], true, false]);
    expect(ours).toEqual([["resolved", "done"], false, true]);
  });

  test("a failure from before the opening does not open the half-open circuit", async () => {
    const { theirs, ours } = await both(async (make) => {
      const breaker = new make(obeys, { timeout: false, resetTimeout: 1000 });
      const stale = settled(breaker.fire(false, 1500));
      for (let i = 0; i < 3; i++) await settled(breaker.fire(false));
      await pass(1500);
      await stale;
      const result = [breaker.opened, breaker.halfOpen];
      breaker.shutdown();
      return result;
    });
    expect(theirs).toEqual([true, false]);
    expect(ours).toEqual([false, true]);
  });

  test("calls under way are no successes: 20 failures of 20 open the circuit", async () => {
    const { theirs, ours } = await both(async (make) => {
      const breaker = new make(obeys, { timeout: false, errorThresholdPercentage: 50 });
      for (let i = 0; i < 30; i++) settled(breaker.fire(true, 5000));
      for (let i = 0; i < 20; i++) await settled(breaker.fire(false));
      const { opened } = breaker;
      await pass(5000);
      breaker.shutdown();
      return opened;
    });
    expect(theirs).toBe(false);
    expect(ours).toBe(true);
  });

  test("nor are calls that went past the breaker while it was disabled", async () => {
    const { theirs, ours } = await both(async (make) => {
      const breaker = new make(obeys, { enabled: false });
      await settled(breaker.fire(false));
      breaker.enable();
      await settled(breaker.fire(false));
      const { opened } = breaker;
      breaker.shutdown();
      return opened;
    });
    expect(theirs).toBe(false);
    expect(ours).toBe(true);
  });

  test("a circuit that has closed begins anew", async () => {
    const { theirs, ours } = await both(async (make) => {
      const breaker = new make(obeys, { resetTimeout: 1000, volumeThreshold: 3 });
      for (let i = 0; i < 4; i++) await settled(breaker.fire(false));
      await pass(1000);
      await settled(breaker.fire(true));
      expect(breaker.closed).toBe(true);
      await settled(breaker.fire(false));
      const { opened } = breaker;
      breaker.shutdown();
      return opened;
    });
    expect(theirs).toBe(true);
    expect(ours).toBe(false);
  });
});

describe("half-open", () => {
  test("a hung trial without a timeout counts as failed after resetTimeout", async () => {
    const { theirs, ours } = await both(async (make) => {
      let action: () => Promise<unknown> = () => obeys(false);
      const breaker = new make(() => action(), { timeout: false, resetTimeout: 1000 });
      await settled(breaker.fire());
      await pass(1000);
      action = () => new Promise(() => {});
      settled(breaker.fire());
      await pass(1000);
      const openedAgain = breaker.opened;
      await pass(3_600_000);
      action = () => obeys(true);
      const [how] = (await settled(breaker.fire())) as [string];
      breaker.shutdown();
      return [openedAgain, how];
    });
    expect(theirs).toEqual([false, "rejected"]);
    expect(ours).toEqual([true, "resolved"]);
  });
});

describe("capacity", () => {
  test("an action that runs on after its timeout keeps its place", async () => {
    const { theirs, ours } = await both(async (make) => {
      let running = 0;
      let most = 0;
      const action = async () => {
        most = Math.max(most, ++running);
        await takes(1000);
        running--;
      };
      const options = { capacity: 2, timeout: 100, errorThresholdPercentage: 100 };
      const breaker = new make(action, options);
      for (let i = 0; i < 8; i++) {
        settled(breaker.fire());
        settled(breaker.fire());
        await pass(100);
      }
      await pass(1000);
      breaker.shutdown();
      return most;
    });
    expect(theirs).toBe(16);
    expect(ours).toBe(2);
  });

  test("a call refused for want of a place does not open the circuit", async () => {
    const { theirs, ours } = await both(async (make) => {
      const breaker = new make(obeys, { capacity: 1 });
      const first = settled(breaker.fire(true, 50));
      const refused = await settled(Promise.all([1, 2, 3].map(() => breaker.fire(true))));
      await pass(50);
      await first;
      const { opened } = breaker;
      breaker.shutdown();
      return [refused, opened];
    });
    const locked = { name: "Error", message: "Semaphore locked", code: "ESEMLOCKED" };
    expect(theirs).toEqual([["rejected", expect.anything()], true]);
    expect(ours).toEqual([["rejected", locked], false]);
  });
});

describe("listeners", () => {
  test("one that throws fails no call, and is reported", async () => {
    const { theirs, ours } = await both(async (make) => {
      const breaker = new make(obeys);
      breaker.on("success", () => {
        throw new Error("a broken listener");
      });
      const log: unknown[] = [];
      observe(breaker, log);
      const result = await settled(breaker.fire(true));
      const events = log.map((entry) => (entry as [string])[0]);
      breaker.shutdown();
      return [(result as [string])[0], events.slice(0, 2)];
    });
    expect(theirs).toEqual(["rejected", ["fire", "failure"]]);
    expect(ours).toEqual(["resolved", ["fire", "success"]]);
    expect(warnings.join()).toContain("a broken listener");
  });
});

describe("cancelling", () => {
  test("every call has its own signal: one timeout aborts no other call", async () => {
    const run = async (make: Make, options: object) => {
      const aborted: boolean[] = [];
      const breaker = new make(
        async (ms: number) => {
          const signal = breaker.getSignal();
          await takes(ms);
          aborted.push(signal?.aborted === true);
          return "done";
        },
        { timeout: 100, ...options },
      );
      const slow = settled(breaker.fire(150));
      await pass(60);
      const good = settled(breaker.fire(90));
      await pass(200);
      const ends = [(await slow) as [string], (await good) as [string]].map(([how]) => how);
      breaker.shutdown();
      return [ends, aborted];
    };
    const theirs = await run(Opossum, { abortController: new AbortController() });
    expect(theirs).toEqual([
      ["rejected", "resolved"],
      [true, true],
    ]);
    expect(await run(Drop, {})).toEqual([
      ["rejected", "resolved"],
      [true, false],
    ]);
  });

  test("outside an action there is no signal", () => {
    const breaker = new Drop(obeys);
    expect(breaker.getSignal()).toBeUndefined();
    breaker.shutdown();
  });
});

describe("smaller ones", () => {
  test("an action may answer undefined at once", async () => {
    const { theirs, ours } = await both(async (make) => {
      const breaker = new make(() => undefined);
      const [how] = (await settled(breaker.fire())) as [string];
      breaker.shutdown();
      return how;
    });
    expect(theirs).toBe("rejected");
    expect(ours).toBe("resolved");
  });

  test("a call that was refused is not joined by later ones", async () => {
    const { theirs, ours } = await both(async (make) => {
      const options = { coalesce: true, coalesceTTL: 60_000, capacity: 1 };
      const breaker = new make(obeys, { ...options, errorThresholdPercentage: 100 });
      const first = settled(breaker.fire(true, 50));
      await settled(breaker.fire(true));
      await pass(50);
      await first;
      const [how] = (await settled(breaker.fire(true))) as [string];
      breaker.shutdown();
      return how;
    });
    expect(theirs).toBe("rejected");
    expect(ours).toBe("resolved");
  });

  test("an errorFilter that throws lets nothing pass; in opossum, the call never ends", async () => {
    const errorFilter = () => {
      throw new Error("a broken filter");
    };
    const breaker = new Drop(obeys, { errorFilter });
    const end = await settled(breaker.fire(false));
    expect(end).toEqual(["rejected", expect.objectContaining({ message: "told to fail" })]);
    expect([breaker.opened, warnings.join()]).toEqual([
      true,
      expect.stringContaining("a broken filter"),
    ]);
    breaker.shutdown();
  });

  test("a cache that throws: fire always gives a promise", async () => {
    const broken = () => {
      throw new Error("no cache today");
    };
    const reads = { get: broken, set: () => {}, flush: () => {} };
    const theirs = new Opossum(obeys, { cache: true, cacheTransport: reads });
    expect(() => theirs.fire(true)).toThrow("no cache today");
    theirs.shutdown();
    const ours = new Drop(obeys, { cache: true, cacheTransport: reads });
    const refused = { name: "Error", message: "no cache today", code: undefined };
    expect(await settled(ours.fire(true))).toEqual(["rejected", refused]);
    ours.shutdown();

    const writes = { get: () => undefined, set: broken, flush: () => {} };
    const keeps = new Drop(obeys, { cache: true, cacheTransport: writes });
    expect(await settled(keeps.fire(true))).toEqual(["resolved", "done"]);
    expect(warnings.join()).toContain("no cache today");
    keeps.shutdown();
  });

  test("health checks end with the breaker", async () => {
    const checks = async (make: Make) => {
      let count = 0;
      const breaker = new make(obeys);
      breaker.healthCheck(async () => void count++, 100);
      breaker.shutdown();
      await pass(1000);
      return count;
    };
    expect(await checks(Drop)).toBe(1);
    expect(await checks(Opossum)).toBe(11);
  });

  test("lastTimerAt is when the circuit opened, not when the breaker was made", async () => {
    const { theirs, ours } = await both(async (make) => {
      const breaker = new make(obeys);
      const madeAt = Date.now();
      await pass(500);
      await settled(breaker.fire(false));
      const saved = JSON.parse(JSON.stringify(breaker)) as { state: { lastTimerAt: number } };
      breaker.shutdown();
      return saved.state.lastTimerAt - madeAt;
    });
    expect(theirs).toBe(0);
    expect(ours).toBe(500);
  });
});
