import { describe, expect, test } from "vitest";
import { policyTable } from "../registry.ts";
import type { Field } from "./field.ts";
import { jsonSchema } from "./json-schema.ts";

describe("jsonSchema", () => {
  test("describes a table: types, ranges, defaults, required keys, no others", () => {
    const schema = jsonSchema({ kind: "object", fields: policyTable, about: "A policy." });
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      additionalProperties: false,
      properties: {
        retry: {
          required: ["attempts"],
          properties: { attempts: { type: "integer", minimum: 1, maximum: 100 } },
        },
        lateAnswers: { enum: ["ignored", "taken"], default: "ignored" },
        circuitBreaker: { properties: { failureRate: { exclusiveMinimum: 0, maximum: 1 } } },
      },
    });
    expect(Object.keys(schema.properties as object)).toEqual(Object.keys(policyTable));
  });

  test("a function cannot be written in a file, so it does not appear", () => {
    const fallback = jsonSchema(policyTable.fallback) as { anyOf: unknown[] };
    expect(fallback.anyOf).toHaveLength(1);
  });

  test("a recursive field becomes one definition", () => {
    const tree: Field = {
      kind: "lazy",
      name: "tree",
      field: () => ({ kind: "list", item: tree, about: "Branches." }),
      about: "A tree.",
    };
    const schema = jsonSchema(tree, { title: "Tree" });
    expect(schema).toMatchObject({
      title: "Tree",
      $ref: "#/$defs/tree",
      $defs: { tree: { type: "array", items: { $ref: "#/$defs/tree" } } },
    });
  });

  test("is plain JSON", () => {
    const schema = jsonSchema({ kind: "object", fields: policyTable, about: "A policy." });
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });
});
