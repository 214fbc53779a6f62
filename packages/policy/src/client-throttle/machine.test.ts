import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holds } from "../../test-support/properties.ts";
import { keyed } from "../../test-support/server-loop.ts";
import { check } from "../options/validate.ts";
import { ClientThrottle } from "./machine.ts";
import { type ClientThrottleOptions, clientThrottleTable } from "./options.ts";
import { resolveClientThrottle } from "./resolve.ts";

function throttleOf(options: ClientThrottleOptions = {}): ClientThrottle {
  const checked = check({ kind: "object", fields: clientThrottleTable, about: "" }, options);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return new ClientThrottle(resolveClientThrottle(checked.value as ClientThrottleOptions));
}

/** A client offers so much to a backend that accepts so much, both per second; it can save a second's worth. */
class Load {
  readonly throttle: ClientThrottle;
  nowMs = 0;
  sent = 0;
  readonly #uniform = keyed(7);
  #index = 0;
  #credit = 0;

  constructor(options: ClientThrottleOptions = {}) {
    this.throttle = throttleOf(options);
  }

  /** Attempts that the backend received per second. */
  run(seconds: number, offered: number, accepted: number): number {
    this.sent = 0;
    for (let i = 0; i < seconds * offered; i++) {
      this.nowMs += 1000 / offered;
      this.#credit = Math.min(accepted, this.#credit + accepted / offered);
      if (!this.throttle.acquire(this.nowMs, this.#uniform(this.#index++))) continue;
      this.sent++;
      const accepts = this.#credit >= 1;
      if (accepts) this.#credit--;
      this.throttle.record(accepts, this.nowMs);
    }
    return this.sent / seconds;
  }
}

describe("other options", () => {
  const resolved = (multiplier: number, windowMs: number) => ({
    multiplier,
    windowMs,
    floorPerMs: 0,
  });

  it("judge what was counted, as far as their window reaches back", () => {
    const throttle = new ClientThrottle(resolved(2, 60_000));
    for (let second = 0; second < 60; second++) {
      throttle.acquire(second * 1000, 0.999);
      if (second < 50) throttle.record(true, second * 1000);
    }
    throttle.reconfigure(resolved(1, 60_000), 59_000);
    expect(throttle.counts(59_000)).toEqual({ requests: 60, accepts: 50 });
    expect(throttle.refusalShare(59_000)).toBeCloseTo(10 / 61);
    throttle.reconfigure(resolved(1, 6_000), 59_000);
    expect(throttle.counts(59_000)).toEqual({ requests: 6, accepts: 0 });
    throttle.reconfigure(resolved(1, 120_000), 59_000);
    expect(throttle.counts(59_000)).toEqual({ requests: 6, accepts: 0 });
    expect(throttle.counts(59_000 + 110_000)).toEqual({ requests: 6, accepts: 0 });
    expect(throttle.counts(59_000 + 121_000)).toEqual({ requests: 0, accepts: 0 });
  });

  it("may come before the first attempt", () => {
    const throttle = new ClientThrottle(resolved(2, 60_000));
    throttle.reconfigure(resolved(2, 1000), 5000);
    expect(throttle.counts(5000)).toEqual({ requests: 0, accepts: 0 });
    expect(throttle.acquire(5000, 0.5)).toBe(true);
    expect(throttle.counts(6100)).toEqual({ requests: 0, accepts: 0 });
  });
});

describe("client throttle", () => {
  it("lets everything through while the dependency accepts at least every second attempt", () => {
    const load = new Load();
    expect(load.run(300, 100, 100)).toBe(100);
    expect(load.run(300, 100, 51)).toBe(100);
  });

  it.each([
    [2, 10],
    [2, 100],
    [1.1, 10],
    [1.1, 100],
    [1.5, 50],
  ])("K = %d: at %d times the capacity the backend receives K times its capacity", (K, times) => {
    const capacity = 20;
    const load = new Load({ multiplier: K });
    load.run(600, capacity * times, capacity);
    const received = load.run(600, capacity * times, capacity);
    expect(received / capacity).toBeGreaterThan(K * 0.97);
    expect(received / capacity).toBeLessThan(K * 1.03);
  });

  it("follows the formula", () => {
    const throttle = throttleOf();
    for (let i = 0; i < 100; i++) throttle.acquire(i, 0.999);
    for (let i = 0; i < 20; i++) throttle.record(true, 100);
    throttle.record(false, 100);
    expect(throttle.counts(100)).toEqual({ requests: 100, accepts: 20 });
    expect(throttle.refusalShare(100)).toBe((100 - 2 * 20) / 101);
    expect(throttle.acquire(100, 60 / 101 - 1e-9)).toBe(false);
    expect(throttle.acquire(100, 61 / 102 + 1e-9)).toBe(true);
    expect(throttle.counts(100).requests).toBe(102);
  });

  it("counts a request when it is made, so that a dependency that hangs is no idle one", () => {
    const throttle = throttleOf();
    for (let i = 0; i < 50; i++) throttle.acquire(i, 0.999);
    expect(throttle.refusalShare(50)).toBe(50 / 51);
  });

  it("forgets the window in slices, and all of it after an idle time", () => {
    const throttle = throttleOf({ window: "1min" });
    throttle.acquire(0, 0.5);
    throttle.acquire(30_000, 0.9);
    expect(throttle.counts(59_999).requests).toBe(2);
    expect(throttle.counts(60_000).requests).toBe(1);
    expect(throttle.counts(90_000).requests).toBe(0);
    throttle.record(true, 90_000);
    expect(throttle.counts(1e9)).toEqual({ requests: 0, accepts: 0 });
  });

  it("does not count what is given back", () => {
    const throttle = throttleOf();
    throttle.acquire(0, 0.5);
    throttle.giveBack(10);
    expect(throttle.counts(10)).toEqual({ requests: 0, accepts: 0 });
    throttle.acquire(20, 0.5);
    throttle.giveBack(119_000);
    expect(throttle.counts(121_000).requests).toBe(0);
    expect(throttle.refusalShare(121_000)).toBe(0);
  });

  it("recovers after an outage, sooner with a floor", () => {
    const secondsToRecover = (options: ClientThrottleOptions) => {
      const load = new Load({ window: "30s", ...options });
      load.run(60, 200, 0);
      let seconds = 0;
      while (load.run(5, 200, 200) < 190 && seconds < 3600) seconds += 5;
      return seconds;
    };
    const plain = secondsToRecover({});
    const floor = secondsToRecover({ floor: 20 });
    expect(plain).toBeGreaterThan(60);
    expect(plain).toBeLessThan(600);
    expect(floor).toBeLessThan(plain / 2);
  });
});

const codes = fc.array(fc.nat(4 * 8 * 16 - 1), { maxLength: 40, size: "max" });
const PAUSES = [0, 0, 1, 10, 500, 1000, 30_000, 200_000];

describe("client throttle, on any sequence", () => {
  it("keeps its invariants, and the counts of a window that stores everything", () =>
    holds(
      fc.property(codes, fc.integer({ min: -1e6, max: 1e12 }), (steps, startMs) => {
        const throttle = throttleOf({ multiplier: 1.5, window: "1min" });
        const seen: { slice: number; requests: number; accepts: number }[] = [];
        let nowMs = startMs;
        for (const code of steps) {
          nowMs += PAUSES[(code >> 2) & 7] as number;
          const slice = Math.floor((nowMs - startMs) / 1000);
          const before = window(seen, slice);
          const share = Math.max(
            0,
            (before.requests - 1.5 * before.accepts) / (before.requests + 1),
          );
          if (seen.length === 0) throttle.counts(startMs);
          const uniform = (code >> 5) / 16;
          const verb = code & 3;
          if (verb < 2) {
            const passed = throttle.acquire(nowMs, uniform);
            if (passed !== uniform >= share) expect(passed).toBe(uniform >= share);
            seen.push({ slice, requests: 1, accepts: 0 });
          } else if (verb === 2) {
            throttle.record(true, nowMs);
            seen.push({ slice, requests: 0, accepts: 1 });
          } else {
            throttle.giveBack(nowMs);
            seen.push({ slice, requests: -1, accepts: 0 });
          }
          const now = throttle.refusalShare(nowMs);
          if (!(now >= 0 && now < 1)) expect(now).toBe("a share");
          const counts = throttle.counts(nowMs);
          const expected = window(seen, slice);
          if (counts.requests !== expected.requests || counts.accepts !== expected.accepts) {
            expect(counts).toEqual(expected);
          }
        }
      }),
    ));
});

function window(seen: { slice: number; requests: number; accepts: number }[], slice: number) {
  const inside = seen.filter((entry) => entry.slice > slice - 60);
  return {
    requests: Math.max(
      0,
      inside.reduce((sum, { requests }) => sum + requests, 0),
    ),
    accepts: inside.reduce((sum, { accepts }) => sum + accepts, 0),
  };
}
