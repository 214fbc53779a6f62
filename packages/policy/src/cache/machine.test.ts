import { describe, expect, it } from "vitest";
import { expectTranscript } from "../../test-support/transcript.ts";
import { InvalidOptionsError } from "../errors.ts";
import { AnswerCache } from "./machine.ts";
import { type CacheOptions, resolveCache } from "./options.ts";

/** Commands: ask KEY, fill KEY FLIGHT VALUE, fail KEY FLIGHT, stand-in KEY, forget KEY, clear, size. */
function transcript(options: CacheOptions, text: string): void {
  const cache = new AnswerCache<string>(resolveCache(options));
  const aged = (found: { value: string; ageMs: number } | undefined) =>
    found === undefined ? "nothing" : `${found.value} of ${found.ageMs}`;
  expectTranscript((atMs, [verb, key = "", flight = "", value = ""]) => {
    switch (verb) {
      case "ask": {
        const found = cache.lookup(key, atMs);
        if (found.kind === "join") return "join";
        if (found.kind === "lead") return `lead ${found.flight}`;
        const lead = found.kind === "stale" && found.flight ? `, lead ${found.flight}` : "";
        return `${found.kind} ${aged(found)}${lead}`;
      }
      case "fill":
        return `${cache.fill(key, Number(flight), value, atMs)}`;
      case "fail":
        return `${cache.fail(key, Number(flight))}`;
      case "stand-in":
        return aged(cache.standIn(key, atMs));
      case "size":
        return `${cache.size}`;
      case "clear":
        cache.clear();
        return "done";
      default:
        cache.forget(key);
        return "done";
    }
  }, text);
}

describe("a cache", () => {
  it("gives an answer while it is fresh, and fetches a new one after that", () =>
    transcript(
      { ttl: "1s" },
      `t=0 ask a -> lead 1
       t=50 fill a 1 tea -> true
       t=1049 ask a -> fresh tea of 999
       t=1050 ask a -> lead 2
       t=1100 fill a 2 milk -> true
       t=1100 ask a -> fresh milk of 0`,
    ));

  it("lets everybody who asks meanwhile join the one that is under way", () =>
    transcript(
      { ttl: "1s" },
      `t=0 ask a -> lead 1
       t=1 ask a -> join
       t=2 ask b -> lead 2
       t=3 ask a -> join
       t=4 fill a 1 tea -> true
       t=5 ask a -> fresh tea of 1`,
    ));

  it("keeps no failure: the next one to ask leads", () =>
    transcript(
      { ttl: "1s" },
      `t=0 ask a -> lead 1
       t=5 fail a 1 -> true
       t=5 fail a 1 -> false
       t=6 ask a -> lead 2`,
    ));

  it("lets an old answer stand in for a failure, for as long as it may", () =>
    transcript(
      { ttl: "1s", staleIfError: "10s" },
      `t=0 ask a -> lead 1
       t=0 fill a 1 tea -> true
       t=5000 ask a -> lead 2
       t=5001 stand-in a -> tea of 5001
       t=5001 fail a 2 -> true
       t=10999 stand-in a -> tea of 10999
       t=11000 stand-in a -> nothing
       t=11000 size -> 0`,
    ));

  it("gives the old answer while one call fetches a new one", () =>
    transcript(
      { ttl: "1s", staleWhileRefreshing: "2s" },
      `t=0 ask a -> lead 1
       t=0 fill a 1 tea -> true
       t=1000 ask a -> stale tea of 1000, lead 2
       t=1001 ask a -> stale tea of 1001
       t=2999 ask a -> stale tea of 2999
       t=3000 ask a -> join
       t=3001 fill a 2 milk -> true
       t=3002 ask a -> fresh milk of 1`,
    ));

  it("keeps no more answers than it may, and drops the one not asked for the longest", () =>
    transcript(
      { ttl: "1h", maxEntries: 2 },
      `t=0 ask a -> lead 1
       t=0 fill a 1 A -> true
       t=1 ask b -> lead 2
       t=1 fill b 2 B -> true
       t=2 ask a -> fresh A of 2
       t=3 ask c -> lead 3
       t=3 fill c 3 C -> true
       t=4 size -> 2
       t=4 ask a -> fresh A of 4
       t=4 ask b -> lead 4`,
    ));

  it("does not keep an answer that was forgotten while it was under way", () =>
    transcript(
      { ttl: "1h" },
      `t=0 ask a -> lead 1
       t=1 forget a -> done
       t=2 ask a -> lead 2
       t=3 fill a 1 old -> false
       t=4 ask a -> join
       t=5 fill a 2 new -> true
       t=6 fail a 1 -> false
       t=7 ask a -> fresh new of 2
       t=8 clear -> done
       t=9 ask a -> lead 3`,
    ));

  it("with a ttl of 0 only joins calls, and keeps nothing", () =>
    transcript(
      { ttl: 0 },
      `t=0 ask a -> lead 1
       t=1 ask a -> join
       t=2 fill a 1 tea -> true
       t=2 size -> 0
       t=2 ask a -> lead 2`,
    ));
});

describe("options of a cache", () => {
  it("are checked", () => {
    expect(() => resolveCache({} as CacheOptions)).toThrow(InvalidOptionsError);
    expect(() => resolveCache({ ttl: "1s", maxEntries: 0 })).toThrow(/maxEntries/);
    expect(resolveCache({ ttl: "1s" })).toEqual({
      ttlMs: 1000,
      staleWhileRefreshingMs: 0,
      staleIfErrorMs: 0,
      maxEntries: 1000,
    });
  });
});
