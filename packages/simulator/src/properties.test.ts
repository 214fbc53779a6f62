import fc from "fast-check";
import { expect, test } from "vitest";
import { Chance } from "../test-support/chance.ts";
import { expectSound } from "../test-support/expectations.ts";
import { grown } from "../test-support/grow.ts";
import { resolved } from "../test-support/run.ts";
import { scenarios } from "../test-support/scenarios.ts";
import { runScenario } from "./run.ts";

/** A random scenario; every other one with some more things in it from anywhere in the language. */
const anyScenario = fc
  .tuple(scenarios, fc.nat())
  .map(([scenario, seed]) => grown(scenario, new Chance(seed), seed % 2 === 0 ? 5 : 0));

test("1,000 random scenarios: nothing lost or made up, all numbers fit, the same bytes again", () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const ready = resolved(scenario);
      const result = runScenario(ready);
      expectSound(scenario, ready, result);
      expect(JSON.stringify(runScenario(ready))).toBe(JSON.stringify(result));
    }),
    { numRuns: 1000, seed: 20_260_102 },
  );
}, 180_000);
