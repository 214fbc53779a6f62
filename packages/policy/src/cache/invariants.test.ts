import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holds } from "../../test-support/properties.ts";
import { AnswerCache } from "./machine.ts";

const options = fc.record({
  ttlMs: fc.constantFrom(0, 10, 50),
  staleWhileRefreshingMs: fc.constantFrom(0, 20),
  staleIfErrorMs: fc.constantFrom(0, 30),
  maxEntries: fc.integer({ min: 1, max: 3 }),
});

const KEYS = ["a", "b", "c", "d"];
const VERBS = ["ask", "ask", "fill", "fail", "standIn", "forget"] as const;
const PAUSES = [0, 1, 5, 15, 40];

const scripts = fc.array(fc.nat(4 * 6 * 5 - 1), { maxLength: 40, size: "max" }).map((codes) =>
  codes.map((code) => ({
    key: KEYS[code % 4] as string,
    verb: VERBS[Math.floor(code / 4) % 6] as (typeof VERBS)[number],
    pauseMs: PAUSES[Math.floor(code / 24)] as number,
  })),
);

describe("cache and coalescing", () => {
  it("invariants: one flight per key, nothing too old, and no more than maxEntries", () =>
    holds(
      fc.property(options, scripts, (resolved, steps) => {
        const { ttlMs, staleWhileRefreshingMs, staleIfErrorMs, maxEntries } = resolved;
        const cache = new AnswerCache<number>(resolved);
        const flights = new Map<string, number>();
        let nowMs = 0;
        const aged = ({ value, ageMs }: { value: number; ageMs: number }, limitMs: number) => {
          // The value is the moment of its fill.
          if (ageMs !== nowMs - value || ageMs >= limitMs) expect.fail(`${ageMs} of ${limitMs}`);
        };
        const ask = (key: string) => {
          const found = cache.lookup(key, nowMs);
          if (found.kind === "fresh") aged(found, ttlMs);
          if (found.kind === "stale") aged(found, ttlMs + staleWhileRefreshingMs);
          if (found.kind === "join" && !flights.has(key)) expect.fail(`nobody leads ${key}`);
          const flight = found.kind === "lead" || found.kind === "stale" ? found.flight : undefined;
          if (flight === undefined) return;
          if (flights.has(key)) expect.fail(`two lead ${key}`);
          flights.set(key, flight);
        };
        for (const { key, verb, pauseMs } of steps) {
          nowMs += pauseMs;
          const flight = flights.get(key);
          if (verb === "ask") ask(key);
          else if (verb === "standIn") {
            const kept = cache.standIn(key, nowMs);
            if (kept !== undefined) aged(kept, ttlMs + staleIfErrorMs);
          } else {
            if (verb === "forget") cache.forget(key);
            else if (flight !== undefined && verb === "fill") cache.fill(key, flight, nowMs, nowMs);
            else if (flight !== undefined) cache.fail(key, flight);
            flights.delete(key);
          }
          if (cache.size > maxEntries) expect.fail(`${cache.size} kept`);
        }
      }),
    ));
});
