import { describe, expect, it } from "vitest";
import { type Aged, freshnessOfAll } from "./freshness.ts";

const fresh: Aged = { freshness: "fresh", ageMs: 0 };
const stale: Aged = { freshness: "stale", ageMs: 5000 };
const standIn: Aged = { freshness: "default", ageMs: undefined };

describe("an answer made of several", () => {
  const cases: [string, Aged[], Aged][] = [
    ["fresh ones", [fresh, { freshness: "fresh", ageMs: 40 }], { freshness: "fresh", ageMs: 40 }],
    ["one that is stale", [fresh, stale], stale],
    ["one that is a default", [fresh, standIn, stale], { freshness: "partial", ageMs: 5000 }],
    [
      "one that is partial",
      [{ freshness: "partial", ageMs: 7 }, fresh],
      { freshness: "partial", ageMs: 7 },
    ],
    ["nothing but defaults", [standIn, standIn], standIn],
    ["none", [], { freshness: "fresh", ageMs: undefined }],
  ];
  it.each(cases)("%s", (_name, parts, whole) => expect(freshnessOfAll(parts)).toEqual(whole));
});
