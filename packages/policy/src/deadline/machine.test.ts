import { describe, expect, it } from "vitest";
import { deadlineAtMs, fitsDeadline } from "./machine.ts";

describe("deadline", () => {
  it("is counted from the start of the call", () => {
    expect(deadlineAtMs(1_000, 250)).toBe(1_250);
    expect(deadlineAtMs(1_000, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  it("leaves no time at its very moment", () => {
    expect(fitsDeadline(1_249, 1_250)).toBe(true);
    expect(fitsDeadline(1_250, 1_250)).toBe(false);
    expect(fitsDeadline(1_251, 1_250)).toBe(false);
  });

  it("always leaves time when there is none", () => {
    expect(fitsDeadline(1e300, Number.POSITIVE_INFINITY)).toBe(true);
  });
});
