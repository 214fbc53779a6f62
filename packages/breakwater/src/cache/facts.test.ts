import { describe, expect, it } from "vitest";
import { answer, make } from "../../test-support/driven.ts";
import { parseExposition } from "../../test-support/exposition-parser.ts";
import { cached, type Fact, policy } from "../index.ts";
import { prometheus } from "../prometheus.ts";
import { ManualClock } from "../testing.ts";

const options = { ttl: "10ms", staleWhileRefreshing: "10ms", staleIfError: "1s" } as const;

describe("facts about a cache", () => {
  it("tell what each caller got, and how old it was", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, options);
    const facts: Fact[] = [];
    subject.onFact((fact) => {
      if (fact.type.startsWith("cache")) facts.push(fact);
    });
    const ask = () => prices.runOutcome("milk", () => answer(clock, 5, 1));
    const first = [ask(), ask()];
    await clock.advance(5);
    await Promise.all(first);
    await clock.advance(4);
    await ask();
    await clock.advance(8);
    await ask();
    await clock.advance(1000);
    expect(facts).toEqual([
      { type: "cacheMissed", atMs: 0, ageMs: undefined },
      { type: "cacheJoined", atMs: 0, ageMs: undefined },
      { type: "cacheHit", atMs: 9, ageMs: 4 },
      { type: "cacheStale", atMs: 17, ageMs: 12 },
    ]);
  });

  it("in shadow tell what callers would have got, who all make calls of their own", async () => {
    const { clock, subject } = make({});
    const prices = cached(subject, options, { shadow: true });
    const facts: Fact[] = [];
    subject.onFact((fact) => {
      if (fact.type.startsWith("cache")) facts.push(fact);
    });
    let calls = 0;
    const ask = () => prices.runOutcome("milk", () => answer(clock, 5, ++calls));
    const first = [ask(), ask()];
    await clock.advance(5);
    expect((await Promise.all(first)).map(({ value }) => value)).toEqual([1, 2]);
    const next = ask();
    await clock.advance(5);
    expect(await next).toMatchObject({ value: 3, freshness: "fresh", ageMs: 0 });
    await clock.advance(20);
    const failed = await prices.runOutcome("milk", () => Promise.reject(new Error("down")));
    expect(failed.outcome).toBe("failed");
    expect(facts.map(({ type }) => type)).toEqual([
      "cacheMissed",
      "cacheJoined",
      "cacheHit",
      "cacheMissed",
      "cacheStoodIn",
    ]);
    expect(facts.every(({ shadow }) => shadow === true)).toBe(true);
  });

  it("are counted, and explained, also when an older answer stands in", async () => {
    const clock = new ManualClock();
    const subject = policy({ name: "prices" }, { clock, history: 20 });
    const endpoint = prometheus([subject]);
    const prices = cached(subject, options);
    await prices.run("milk", () => 1);
    await clock.advance(100);
    const result = await prices.runOutcome("milk", () => Promise.reject(new Error("down")));
    expect(result).toMatchObject({ outcome: "fallback", freshness: "stale", ageMs: 100 });
    const counted = parseExposition(endpoint.text()).get("breakwater_cache_answers_total");
    expect([...(counted?.samples ?? [])]).toEqual([
      ["breakwater_cache_answers_total{policy=prices,result=missed}", 2],
      ["breakwater_cache_answers_total{policy=prices,result=stoodIn}", 1],
    ]);
    const texts = subject.explain().map(({ text, callId }) => [callId, text]);
    expect(texts).toEqual([
      [undefined, "the cache had no answer"],
      [1, expect.stringContaining("succeeded")],
      [undefined, "the cache had no answer"],
      [2, expect.stringContaining("failed")],
      [undefined, "the cache stood in for an answer that could not be had, 100ms old"],
    ]);
  });
});
