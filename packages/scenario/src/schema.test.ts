import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import written from "../scenario.schema.json" with { type: "json" };
import { catalogue } from "./catalogue/catalogue.ts";
import { homepageLadder } from "./catalogue/homepage-ladder.ts";
import { scenarioJsonSchema } from "./schema.ts";
import { starterScenario } from "./starter.ts";

const validates = new Ajv2020({ strict: false }).compile(scenarioJsonSchema());

test("scenario.schema.json is up to date (npm run schema writes it)", () => {
  expect(written).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
});

describe("the schema", () => {
  const scenarios = [
    ...catalogue,
    ...homepageLadder("fast"),
    { name: "starter", scenario: parse(starterScenario()) },
  ];
  test.each(scenarios)("accepts $name", ({ scenario }) => {
    validates(JSON.parse(JSON.stringify(scenario)));
    expect(validates.errors).toBeNull();
  });

  const service = { endpoints: { view: { steps: [{ work: "5ms" }] } } };
  const small = {
    duration: "1s",
    services: { shop: service },
    load: { users: { kind: "open", to: "shop", rate: 1 } },
  };
  test("accepts the smallest", () => expect(validates(small)).toBe(true));

  test.each<[string, object]>([
    ["an unknown key", { ...small, durations: 1 }],
    ["a missing one", { ...small, duration: undefined }],
    ["a duration without a unit", { ...small, duration: "1" }],
    ["a name with a space", { ...small, services: { "my shop": service } }],
    [
      "a step that is two",
      {
        ...small,
        services: { shop: { endpoints: { view: { steps: [{ work: 1, call: "shop" }] } } } },
      },
    ],
    ["a fault of no kind", { ...small, faults: [{ service: "shop" }] }],
    ["a key of another kind", { ...small, faults: [{ kind: "hang", service: "shop", lose: 1 }] }],
  ])("refuses %s", (_, document) => {
    expect(validates(JSON.parse(JSON.stringify(document)))).toBe(false);
  });
});
