import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holds } from "../../test-support/properties.ts";
import { OutlierDetector, type OutlierFact } from "./machine.ts";
import type { ResolvedOutlierDetection } from "./resolved.ts";

const options: fc.Arbitrary<ResolvedOutlierDetection> = fc.record({
  intervalMs: fc.constantFrom(50, 100),
  baseEjectionMs: fc.constantFrom(20, 60),
  maxEjectionMs: fc.constantFrom(60, 150),
  maxEjectedShare: fc.constantFrom(0, 0.1, 0.34, 0.5, 1),
  consecutive: fc.record({ failures: fc.integer({ min: 1, max: 3 }), enforce: fc.boolean() }),
  successRate: fc.record({
    stdevFactor: fc.constantFrom(0.5, 1.9),
    minimumHosts: fc.integer({ min: 1, max: 3 }),
    minimumCalls: fc.integer({ min: 1, max: 3 }),
    enforce: fc.boolean(),
  }),
  failureRate: fc.record({
    limit: fc.constantFrom(0.5, 1),
    minimumHosts: fc.integer({ min: 1, max: 3 }),
    minimumCalls: fc.integer({ min: 1, max: 3 }),
    enforce: fc.boolean(),
  }),
});

const HOSTS = ["a", "b", "c", "d", "e"];
const PAUSES = [0, 0, 1, 7, 30, 110];

interface Step {
  readonly pauseMs: number;
  readonly host: string;
  readonly ok: boolean;
}

/** Two thirds of the calls fail, so that much is ejected. */
const scripts: fc.Arbitrary<Step[]> = fc
  .array(fc.nat(6 * 5 * 3 - 1), { maxLength: 40, size: "max" })
  .map((codes) =>
    codes.map((code) => ({
      pauseMs: PAUSES[code % 6] as number,
      host: HOSTS[Math.floor(code / 6) % 5] as string,
      ok: Math.floor(code / 30) === 0,
    })),
  );

describe("outlier detection", () => {
  it("invariant 1: never ejects more than its share, but for the only one", () =>
    holds(
      fc.property(options, scripts, (resolved, steps) => {
        const most = Math.max(1, Math.floor(HOSTS.length * resolved.maxEjectedShare + 1e-9));
        let out = 0;
        const subject = new OutlierDetector(resolved, HOSTS, ({ type }) => {
          if (type === "hostEjected") out++;
          if (type === "hostReturned") out--;
          if (out > most) expect.fail(`${out} ejected, of ${most}`);
        });
        let nowMs = 0;
        for (const { pauseMs, host, ok } of steps) {
          nowMs += pauseMs;
          subject.record(host, ok, nowMs);
          const ejected = HOSTS.filter((name) => subject.isEjected(name, nowMs)).length;
          if (ejected !== out || subject.ejected !== out) expect.fail(`${ejected}, not ${out}`);
          if (subject.wakeAtMs <= nowMs) expect.fail("its wake-up is past");
        }
      }),
    ));

  it("invariant 2: ejections grow by one base at most, never beyond the cap, and end when they said", () =>
    holds(
      fc.property(options, scripts, (resolved, steps) => {
        const { baseEjectionMs, maxEjectionMs } = resolved;
        const latest = new Map<string, { lengthMs: number; untilMs: number }>();
        const subject = new OutlierDetector(resolved, HOSTS, (fact) => {
          const before = latest.get(fact.host) ?? { lengthMs: 0, untilMs: Number.NaN };
          if (fact.type === "hostReturned" && fact.atMs !== before.untilMs) {
            expect.fail(`${fact.host} came back at ${fact.atMs}, not at ${before.untilMs}`);
          }
          if (fact.type !== "hostEjected") return;
          const lengthMs = fact.untilMs - fact.atMs;
          const most = Math.min(maxEjectionMs, before.lengthMs + baseEjectionMs);
          const least = Math.min(maxEjectionMs, baseEjectionMs);
          if (lengthMs > most || lengthMs < least)
            expect.fail(`${lengthMs} after ${before.lengthMs}`);
          latest.set(fact.host, { lengthMs, untilMs: fact.untilMs });
        });
        let nowMs = 0;
        for (const { pauseMs, host, ok } of steps) {
          nowMs += pauseMs;
          subject.record(host, ok, nowMs);
        }
      }),
    ));

  it("decides the same whether it is told of every moment or only when used", () =>
    holds(
      fc.property(options, scripts, (resolved, steps) => {
        const rare: OutlierFact[] = [];
        const often: OutlierFact[] = [];
        const lazy = new OutlierDetector(resolved, HOSTS, (fact) => rare.push(fact));
        const told = new OutlierDetector(resolved, HOSTS, (fact) => often.push(fact));
        let nowMs = 0;
        for (const { pauseMs, host, ok } of steps) {
          for (let ms = 0; ms < pauseMs; ms += 5) told.advance(nowMs + ms);
          nowMs += pauseMs;
          lazy.record(host, ok, nowMs);
          told.record(host, ok, nowMs);
        }
        if (JSON.stringify(rare) !== JSON.stringify(often)) expect(rare).toEqual(often);
      }),
    ));
});
