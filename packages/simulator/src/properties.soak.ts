import fc from "fast-check";
import { expect, test } from "vitest";
import { Chance } from "../test-support/chance.ts";
import { expectSound } from "../test-support/expectations.ts";
import { grown } from "../test-support/grow.ts";
import { resolved } from "../test-support/run.ts";
import { scenarios } from "../test-support/scenarios.ts";
import { runScenario } from "./run.ts";

/** A random scenario; with up to ten more things in it from anywhere in the language. */
const anyScenario = fc
  .tuple(scenarios, fc.nat())
  .map(([scenario, seed]) => grown(scenario, new Chance(seed), 10));

test("10,000 random scenarios, with more in them: nothing lost or made up, all numbers fit, the same bytes again", () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const ready = resolved(scenario);
      const result = runScenario(ready);
      expectSound(scenario, ready, result);
      expect(JSON.stringify(runScenario(ready))).toBe(JSON.stringify(result));
    }),
    { numRuns: 10_000, seed: 20_260_103 },
  );
}, 1_800_000);
