import { expect, test } from "vitest";
import { parseScenario } from "./document/parse.ts";
import { starterScenario } from "./starter.ts";

test("the starter scenario is valid and has a fault, two policies and objectives", () => {
  const outcome = parseScenario(starterScenario(), "yaml");
  expect(outcome.ok ? [] : outcome.problems).toEqual([]);
  if (!outcome.ok) return;
  expect(outcome.scenario.faults).toHaveLength(1);
  expect(Object.keys(outcome.document.policies ?? {})).toHaveLength(2);
  expect(outcome.scenario.objectives).toHaveLength(3);
});
