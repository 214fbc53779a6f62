import fc from "fast-check";

/** Every property runs this many sequences in the normal test run. */
export const RUNS = 10_000;

/**
 * Checks a property twice: with a fixed seed, so that a run can be repeated, and with a fresh one, so that not always
 * the same sequences are tried. fast-check prints the seed and the shortest counter-example when it fails.
 */
export function holds<T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>): void {
  fc.assert(property, { numRuns: RUNS, seed: 20_150_304 });
  fc.assert(property, { numRuns: RUNS });
}
