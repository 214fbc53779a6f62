import { expect, it } from "vitest";
import { OUTCOMES } from "../types.ts";
import { fallbackApplies } from "./machine.ts";

it("a fallback stands in for every failure, and for nothing else", () => {
  const applies = OUTCOMES.filter(fallbackApplies);
  expect(applies).toEqual(["timedOut", "shortCircuited", "rejected", "failed"]);
});
