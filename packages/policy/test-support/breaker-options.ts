/** Small breakers, so that short scripts reach every state. */
import fc from "fast-check";
import type { ResolvedCircuitBreaker } from "../src/circuit-breaker/resolved.ts";
import type { ResolvedProbationBreaker } from "../src/probation-breaker/machine.ts";
import { SLOW_MS } from "./breaker-script.ts";

const NEVER = Number.POSITIVE_INFINITY;

const windows: Record<string, fc.Arbitrary<ResolvedCircuitBreaker["window"]>> = {
  consecutive: fc
    .integer({ min: 1, max: 3 })
    .map((failures) => ({ kind: "consecutive", failures }) as const),
  count: fc.integer({ min: 1, max: 5 }).map((size) => ({ kind: "count", size }) as const),
  time: fc
    .constantFrom(1, 3, 4)
    .map((buckets) => ({ kind: "time", sizeMs: 100, buckets }) as const),
};

function circuits(window: fc.Arbitrary<ResolvedCircuitBreaker["window"]>) {
  return fc.record<ResolvedCircuitBreaker>({
    window,
    failureRate: fc.constantFrom(0.3, 0.5, 1),
    slowerThanMs: fc.constantFrom(SLOW_MS - 1, NEVER),
    slowRate: fc.constantFrom(0.5, 1),
    minimumCalls: fc.integer({ min: 1, max: 4 }),
    openForMs: fc.constantFrom(10, 100),
    openFactor: fc.constantFrom(1, 2),
    openCapMs: fc.constantFrom(250, 1000),
    trials: fc.integer({ min: 1, max: 4 }),
    trialFailureRate: fc.constantFrom(0.25, 0.5, 1),
    trialDeadlineMs: fc.constantFrom(30, 200),
    recovery: fc.option(
      fc.record({
        steps: fc.constantFrom([0.3], [0.25, 1], [0.07, 0.5, 1]),
        stepForMs: fc.constantFrom(20, 50),
        minimumCalls: fc.integer({ min: 1, max: 3 }),
      }),
      { nil: undefined },
    ),
    hangingMs: fc.constantFrom(15, 60, NEVER),
  });
}

export const circuitKinds: [string, fc.Arbitrary<ResolvedCircuitBreaker>][] = Object.entries(
  windows,
).map(([kind, window]) => [kind, circuits(window)]);

export const anyCircuit: fc.Arbitrary<ResolvedCircuitBreaker> = circuits(
  fc.oneof(...Object.values(windows)),
);

export const anyProbation: fc.Arbitrary<ResolvedProbationBreaker> = fc.record({
  halfForMs: fc.constantFrom(10, 100),
  failures: fc.integer({ min: 1, max: 4 }),
  failureRate: fc.constantFrom(0.3, 0.5, 1),
  minimumCalls: fc.integer({ min: 1, max: 4 }),
  openForMs: fc.constantFrom(10, 100),
  trialDeadlineMs: fc.constantFrom(30, 200),
});
