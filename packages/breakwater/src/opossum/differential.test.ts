// One script, run against opossum and against Breakwater's drop-in: same events, same results, same statistics.
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type Breaker,
  type Make,
  observe,
  pass,
  settled,
  takes,
} from "../../test-support/opossum.ts";
import { CircuitBreaker } from "./index.ts";

const require = createRequire(import.meta.url);
const Opossum = require("opossum") as Make;
const Drop = CircuitBreaker as unknown as Make;

beforeAll(() => void vi.useFakeTimers());
afterAll(() => void vi.useRealTimers());

const ok = async (value: unknown = "ok") => value;
const fails = async (message = "no") => {
  throw new Error(message);
};
/** Succeeds or fails as its first argument says, after some time. */
const obeys = async (works: boolean, ms = 0) => {
  if (ms > 0) await takes(ms);
  if (!works) throw new Error("told to fail");
  return "done";
};

type Script = (make: Make, note: (value: unknown) => void) => Promise<Breaker>;

async function transcript(make: Make, script: Script): Promise<unknown[]> {
  const log: unknown[] = [];
  const notes = (value: unknown) => log.push(["note", value]);
  const Observed = function (this: unknown, action: unknown, options?: object) {
    return observe(new make(action, options), log);
  } as unknown as Make;
  Object.assign(Observed, { newStatus: make.newStatus, isOurError: make.isOurError });
  const breaker = await script(Observed, notes);
  log.push(["state", stateOf(breaker)], ["stats", breaker.stats]);
  breaker.shutdown();
  // Another script begins with no timer of this one left.
  await pass(120_000);
  return log;
}

function stateOf(breaker: Breaker): object {
  const { opened, closed, halfOpen, pendingClose, warmUp, isShutdown, enabled } = breaker;
  return { opened, closed, halfOpen, pendingClose, warmUp, isShutdown, enabled };
}

const scripts: Record<string, Script> = {
  "a shop that orders from a payment service, which fails, hangs and recovers": async (
    make,
    note,
  ) => {
    let payment: "works" | "fails" | "hangs" = "fails";
    const chain = (endpoint: string, order: { id: string }): Promise<string> =>
      new Promise((resolve, reject) => {
        if (payment === "works") resolve(`${endpoint} took ${order.id}`);
        // A service may reject with a text, as with the body of an answer.
        if (payment === "fails") reject(`${endpoint} answered 502`);
      });
    const options = { timeout: 300, errorThresholdPercentage: 50, resetTimeout: 10_000 };
    const breaker = new make(chain, options);
    const order = async (id: string) => {
      const end = settled(breaker.fire("http://payment/create?count=1", { id }));
      await pass(300);
      note([await end, stateOf(breaker)]);
    };
    await order("1");
    await order("2");
    payment = "hangs";
    await pass(10_000);
    await order("3");
    payment = "works";
    await pass(10_000);
    await order("4");
    await order("5");
    return breaker;
  },
  "one success": async (make, note) => {
    const breaker = new make(ok);
    note(await settled(breaker.fire("tea", 2)));
    return breaker;
  },
  "one failure opens at the default threshold, and calls are rejected": async (make, note) => {
    const breaker = new make(fails);
    for (let i = 0; i < 3; i++) note(await settled(breaker.fire(i)));
    return breaker;
  },
  "opens above the threshold, not at it": async (make, note) => {
    const breaker = new make(obeys, { errorThresholdPercentage: 50 });
    for (const works of [true, false, true, false, false, true]) {
      note([await settled(breaker.fire(works)), stateOf(breaker)]);
    }
    return breaker;
  },
  "a threshold that is no round share": async (make, note) => {
    const breaker = new make(obeys, { errorThresholdPercentage: 7, volumeThreshold: 50 });
    for (let i = 1; i <= 110; i++) await settled(breaker.fire(i % 14 !== 0));
    note(stateOf(breaker));
    for (let i = 1; i <= 3; i++) note([await settled(breaker.fire(false)), stateOf(breaker)]);
    return breaker;
  },
  "threshold 100 never opens, threshold 0 at the first failure": async (make, note) => {
    const never = new make(fails, { errorThresholdPercentage: 100 });
    for (let i = 0; i < 20; i++) await settled(never.fire());
    note(stateOf(never));
    const first = new make(obeys, { errorThresholdPercentage: 0 });
    for (let i = 0; i < 20; i++) await settled(first.fire(true));
    note(stateOf(first));
    await settled(first.fire(false));
    never.shutdown();
    return first;
  },
  volumeThreshold: async (make, note) => {
    const breaker = new make(fails, { volumeThreshold: 4 });
    for (let i = 0; i < 5; i++) note([await settled(breaker.fire()), stateOf(breaker)]);
    return breaker;
  },
  "a success never opens, though it makes enough calls": async (make, note) => {
    const breaker = new make(obeys, { volumeThreshold: 2, errorThresholdPercentage: 40 });
    for (const works of [false, true, true]) {
      note([await settled(breaker.fire(works)), stateOf(breaker)]);
    }
    return breaker;
  },
  "half-open after resetTimeout, one trial, closed by it": async (make, note) => {
    const breaker = new make(obeys, { resetTimeout: 1000 });
    note(await settled(breaker.fire(false)));
    await pass(999);
    note(stateOf(breaker));
    await pass(1);
    note(stateOf(breaker));
    const trial = settled(breaker.fire(true, 100));
    note([await settled(breaker.fire(true)), stateOf(breaker)]);
    await pass(100);
    note([await trial, stateOf(breaker)]);
    note(await settled(breaker.fire(true)));
    return breaker;
  },
  "half-open, and open again by the trial": async (make, note) => {
    const breaker = new make(obeys, { resetTimeout: 1000 });
    await settled(breaker.fire(false));
    await pass(1000);
    note([await settled(breaker.fire(false)), stateOf(breaker)]);
    await pass(1000);
    note(stateOf(breaker));
    return breaker;
  },
  timeout: async (make, note) => {
    const breaker = new make(obeys, { timeout: 300, resetTimeout: 500 });
    const call = settled(breaker.fire(true, 1000));
    await pass(300);
    note([await call, stateOf(breaker)]);
    await pass(1000);
    note(stateOf(breaker));
    return breaker;
  },
  "no timeout": async (make, note) => {
    const breaker = new make(obeys, { timeout: false });
    const call = settled(breaker.fire(true, 60_000));
    await pass(60_000);
    note(await call);
    return breaker;
  },
  "a fallback for failures, timeouts and rejections": async (make, note) => {
    const breaker = new make(obeys, { timeout: 100 });
    breaker.fallback((works: boolean, ms: number, error: Error) => [works, ms, error.message]);
    note(await settled(breaker.fire(false, 0)));
    note(await settled(breaker.fire(true, 0)));
    breaker.close();
    const slow = settled(breaker.fire(true, 200));
    await pass(100);
    note(await slow);
    await pass(200);
    return breaker;
  },
  "a fallback that throws, one that rejects, one that is a breaker": async (make, note) => {
    const throws = new make(fails);
    throws.fallback(() => {
      throw new Error("thrown by the fallback");
    });
    note(await settled(throws.fire()));
    note(await settled(throws.fire()));
    const rejects = new make(fails).fallback(() => fails("rejected by the fallback"));
    note(await settled(rejects.fire()));
    const chained = new make(fails).fallback(() => ok("stood in"));
    note(await settled(chained.fire("x")));
    throws.shutdown();
    rejects.shutdown();
    return chained;
  },
  errorFilter: async (make, note) => {
    const errorFilter = (error: Error, kind: string) => error.message === "no" && kind === "pass";
    const breaker = new make((_kind: string) => fails(), { errorFilter });
    breaker.fallback(() => "stood in");
    note([await settled(breaker.fire("pass")), stateOf(breaker)]);
    note([await settled(breaker.fire("count")), stateOf(breaker)]);
    return breaker;
  },
  "errorFilter closes a half-open circuit": async (make, note) => {
    const errorFilter = (error: Error) => error.message === "fine";
    const breaker = new make(fails, { errorFilter, resetTimeout: 100 });
    await settled(breaker.fire("bad"));
    await pass(100);
    note([await settled(breaker.fire("fine")), stateOf(breaker)]);
    return breaker;
  },
  "errorFilter of timeouts": async (make, note) => {
    const errorFilter = (error: { code?: string }) => error.code === "ETIMEDOUT";
    const breaker = new make(obeys, { timeout: 50, errorFilter });
    const call = settled(breaker.fire(true, 100));
    await pass(50);
    note([await call, stateOf(breaker)]);
    await pass(50);
    return breaker;
  },
  "a locked semaphore": async (make, note) => {
    const breaker = new make(obeys, { capacity: 1, errorThresholdPercentage: 60 });
    const first = settled(breaker.fire(true, 50));
    note(await settled(breaker.fire(true)));
    await pass(50);
    note(await first);
    note(await settled(breaker.fire(true)));
    return breaker;
  },
  "by hand": async (make, note) => {
    const breaker = new make(obeys, { resetTimeout: 1000 });
    breaker.close();
    breaker.open();
    breaker.open();
    note([await settled(breaker.fire(true)), stateOf(breaker)]);
    await pass(1000);
    note(stateOf(breaker));
    breaker.close();
    note([await settled(breaker.fire(true)), stateOf(breaker)]);
    breaker.open();
    breaker.close();
    await pass(2000);
    return breaker;
  },
  "disabled, and enabled again": async (make, note) => {
    const breaker = new make(obeys, { enabled: false, errorThresholdPercentage: 40 });
    note([await settled(breaker.fire(false)), stateOf(breaker)]);
    breaker.enable();
    note([await settled(breaker.fire(false)), stateOf(breaker)]);
    breaker.disable();
    note(await settled(breaker.fire(true)));
    return breaker;
  },
  "shut down": async (make, note) => {
    const breaker = new make(ok);
    breaker.shutdown();
    note([await settled(breaker.fire()), stateOf(breaker)]);
    return breaker;
  },
  "warm-up": async (make, note) => {
    const breaker = new make(obeys, { allowWarmUp: true, rollingCountTimeout: 1000 });
    note([await settled(breaker.fire(false)), stateOf(breaker)]);
    await pass(1000);
    note([await settled(breaker.fire(false)), stateOf(breaker)]);
    return breaker;
  },
  "old results leave the window": async (make, note) => {
    const breaker = new make(obeys, { rollingCountTimeout: 1000, errorThresholdPercentage: 40 });
    for (let i = 0; i < 9; i++) await settled(breaker.fire(true));
    await settled(breaker.fire(false));
    note(breaker.stats);
    await pass(1100);
    note(breaker.stats);
    note([await settled(breaker.fire(false)), stateOf(breaker)]);
    return breaker;
  },
  percentiles: async (make, note) => {
    const breaker = new make(obeys);
    for (const ms of [10, 40, 20, 30, 90]) {
      const call = settled(breaker.fire(true, ms));
      await pass(ms);
      note(await call);
    }
    return breaker;
  },
  "no percentiles": async (make) => {
    const breaker = new make(obeys, { rollingPercentilesEnabled: false });
    await settled(breaker.fire(true));
    const { latencyMean, percentiles } = breaker.stats as {
      latencyMean: number;
      percentiles: object;
    };
    expect([latencyMean, Object.values(percentiles)]).toEqual([-1, Array(9).fill(-1)]);
    (breaker.stats as { latencyTimes: unknown[] }).latencyTimes = [];
    breaker.shutdown();
    return new make(ok);
  },
  "a window of snapshots": async (make, note) => {
    const breaker = new make(obeys, { rollingCountTimeout: 1000, rollingCountBuckets: 2 });
    const seen: unknown[] = [];
    breaker.status.on("snapshot", (stats: { fires: number }) => seen.push(stats.fires));
    await settled(breaker.fire(true));
    await pass(600);
    await settled(breaker.fire(true));
    note(breaker.status.window);
    await pass(1000);
    note(seen);
    return breaker;
  },
  "statistics to begin with": async (make, note) => {
    const stats = { fires: 10, failures: 5, successes: 5 };
    const breaker = new make(obeys, { status: make.newStatus({ stats }) });
    note([await settled(breaker.fire(false)), stateOf(breaker)]);
    return breaker;
  },
  "a saved state": async (make, note) => {
    const open = new make(obeys, { state: { closed: false }, resetTimeout: 500 });
    note([await settled(open.fire(true)), stateOf(open)]);
    await pass(500);
    note([await settled(open.fire(true)), stateOf(open)]);
    const past = { closed: false, lastTimerAt: Date.now() - 600 };
    const half = new make(obeys, { state: past, resetTimeout: 500 });
    note([await settled(half.fire(true)), stateOf(half)]);
    const off = new make(obeys, { state: { enabled: false, warmUp: true } });
    note(stateOf(off));
    open.shutdown();
    half.shutdown();
    return off;
  },
  cache: async (make, note) => {
    let calls = 0;
    const counts = async (of: string) => `${of} ${++calls}`;
    const breaker = new make(counts, { cache: true, cacheTTL: 1000, cacheSize: 2 });
    for (const of of ["a", "a", "b", "c", "a"]) note(await settled(breaker.fire(of)));
    await pass(1001);
    note(await settled(breaker.fire("a")));
    breaker.clearCache();
    note(await settled(breaker.fire("a")));
    return breaker;
  },
  "a cache of one's own, with keys of one's own": async (make, note) => {
    const kept = new Map<string, unknown>();
    const cacheTransport = {
      get: (key: string) => kept.get(key),
      set: (key: string, value: unknown) => void kept.set(key, value),
      flush: () => kept.clear(),
    };
    const cacheGetKey = (of: string) => of.toLowerCase();
    const breaker = new make(ok, { cache: true, cacheTransport, cacheGetKey });
    for (const of of ["A", "a", "B"]) note(await settled(breaker.fire(of)));
    note([...kept.keys()]);
    return breaker;
  },
  coalescing: async (make, note) => {
    let calls = 0;
    const slow = async (of: string) => {
      await takes(50);
      return `${of} ${++calls}`;
    };
    const breaker = new make(slow, {
      coalesce: true,
      coalesceTTL: 200,
      coalesceResetOn: ["error"],
    });
    const together = [breaker.fire("a"), breaker.fire("a"), breaker.fire("b")].map(settled);
    await pass(50);
    note(await Promise.all(together));
    note(await settled(breaker.fire("a")));
    await pass(200);
    const again = settled(breaker.fire("a"));
    await pass(50);
    note(await again);
    return breaker;
  },
  "a health check": async (make, note) => {
    let healthy = true;
    const breaker = new make(ok, { resetTimeout: 60_000 });
    breaker.healthCheck(async () => {
      if (!healthy) throw new Error("ill");
    }, 1000);
    await pass(1500);
    note(stateOf(breaker));
    healthy = false;
    await pass(600);
    note(stateOf(breaker));
    healthy = true;
    return breaker;
  },
  "names, groups, this, and an action that is a value": async (make, note) => {
    const breaker = new make(obeys);
    note([breaker.name, breaker.group]);
    const named = new make(ok, { name: "stock", group: "shops", volumeThreshold: 3 });
    note([named.name, named.group, named.volumeThreshold]);
    const methods = new make(async function (this: { x: number }, y: number) {
      return this.x + y;
    });
    note(await settled(methods.call({ x: 1 }, 2)));
    note(await settled(new make(Promise.resolve("value")).fire()));
    named.shutdown();
    methods.shutdown();
    return breaker;
  },
  "listeners that come and go": async (make, note) => {
    const breaker = new make(obeys, { resetTimeout: 100 });
    const heard = (word: string) => () => note(word);
    const twice = heard("on");
    breaker.on("success", twice);
    breaker.once("success", heard("once"));
    await settled(breaker.fire(true));
    await settled(breaker.fire(true));
    breaker.off("success", twice);
    await settled(breaker.fire(true));
    return breaker;
  },
  isOurError: async (make, note) => {
    const breaker = new make(fails);
    for (let i = 0; i < 2; i++) {
      note(await breaker.fire().catch((error: unknown) => make.isOurError(error)));
    }
    return breaker;
  },
  "a synchronous action that throws": async (make, note) => {
    const breaker = new make(() => {
      throw new Error("at once");
    });
    note(await settled(breaker.fire()));
    return breaker;
  },
};

describe("opossum and its drop-in agree on", () => {
  test.each(Object.entries(scripts))("%s", async (_name, script) => {
    const theirs = await transcript(Opossum, script);
    expect(theirs.length).toBeGreaterThan(2);
    expect(await transcript(Drop, script)).toEqual(theirs);
  });
});
