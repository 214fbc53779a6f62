import type { Field, MapField, ObjectField, TableOf } from "@breakwater/policy";
import type { Scenario } from "../types/scenario.ts";
import { policyDataField } from "./call.ts";
import { chaosField, faultField } from "./fault.ts";
import { loadField } from "./load.ts";
import { aboutField, nameAbout, namePattern } from "./names.ts";
import { objectiveField } from "./objective.ts";
import { semanticsField } from "./semantics.ts";
import { serviceField } from "./service.ts";

const named = (item: Field, about: string, maxItems = 1000): MapField => ({
  kind: "map",
  item,
  keyPattern: namePattern,
  keyAbout: nameAbout,
  maxItems,
  about,
});

const scenarioTable = {
  name: { kind: "text", maxLength: 100, default: "scenario", about: "Shown in reports." },
  about: { ...aboutField, default: "" },
  seed: {
    kind: "number",
    integer: true,
    min: 0,
    max: 2 ** 32 - 1,
    default: 1,
    about: "Every random draw follows from it.",
  },
  duration: { kind: "duration", minMs: 1, required: true, about: "How long the load plays." },
  drain: {
    kind: "duration",
    default: "60s",
    about: "How long to wait at most, after the load has ended, until everything is quiet.",
  },
  bucket: {
    kind: "duration",
    minMs: 1,
    about: "Width of the time buckets in the result; chosen from the duration unless set.",
  },
  services: {
    ...named(serviceField, "What there is, by name.", 2000),
    minItems: 1,
    required: true,
  },
  policies: { ...named(policyDataField, "Policies that calls refer to, by name."), default: {} },
  load: { ...named(loadField, "Who calls, by name."), minItems: 1, required: true },
  faults: { kind: "list", item: faultField, default: [], about: "What goes wrong." },
  chaos: {
    kind: "list",
    item: chaosField,
    maxItems: 100,
    default: [],
    about: "What goes wrong by chance, beside the faults.",
  },
  objectives: {
    kind: "list",
    item: objectiveField,
    default: [],
    about: "What the system has to achieve.",
  },
  semantics: semanticsField,
} satisfies TableOf<Scenario>;

/** The whole scenario language as one field: validation, the JSON Schema and the studio's controls read it. */
export const scenarioField = {
  kind: "object",
  fields: scenarioTable,
  about: "A system, its load, what goes wrong, and what it has to achieve.",
} satisfies ObjectField;
