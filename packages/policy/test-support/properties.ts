import fc from "fast-check";

/** Every property runs this many sequences in the normal test run. */
const RUNS = 10_000;

/** And this many that were never tried before. */
const FRESH_RUNS = 2_500;

/**
 * Checks a property twice: with a fixed seed, so that a run can be repeated, and with a fresh one, so that not always
 * the same sequences are tried. fast-check prints the seed and the shortest counter-example when it fails.
 */
export function holds<T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>): void {
  fc.assert(property, { numRuns: RUNS, seed: 20_150_304 });
  fc.assert(property, { numRuns: FRESH_RUNS });
}
