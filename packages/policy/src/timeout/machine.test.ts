import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holds } from "../../test-support/properties.ts";
import { attemptEndsAtMs, blamesDependency } from "./machine.ts";

const NEVER = Number.POSITIVE_INFINITY;
const anyLimit = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constant(NEVER));

describe("timeout", () => {
  it("ends an attempt at its timeout or at the deadline, whichever is first", () => {
    expect(attemptEndsAtMs(100, 300, NEVER)).toBe(400);
    expect(attemptEndsAtMs(100, 300, 350)).toBe(350);
    expect(attemptEndsAtMs(100, 300, 450)).toBe(400);
    expect(attemptEndsAtMs(100, NEVER, NEVER)).toBe(NEVER);
  });

  it("invariant 1: no attempt is waited for beyond its deadline or its timeout", () =>
    holds(
      fc.property(fc.nat(1e6), anyLimit, anyLimit, (startMs, timeoutMs, leftMs) => {
        const endMs = attemptEndsAtMs(startMs, timeoutMs, startMs + leftMs);
        if (endMs - startMs !== Math.min(timeoutMs, leftMs)) expect.fail(`ends at ${endMs}`);
      }),
    ));

  it("invariant 2: blames the dependency for its whole timeout, or where there is no timeout", () =>
    holds(
      fc.property(fc.nat(1e6), anyLimit, anyLimit, (startMs, timeoutMs, leftMs) => {
        const blamed = blamesDependency(startMs, timeoutMs, startMs + leftMs);
        const hadItsTime = timeoutMs <= leftMs;
        if (blamed !== (timeoutMs === NEVER || hadItsTime)) expect.fail(`blamed: ${blamed}`);
      }),
    ));
});
