import {
  cacheTable,
  type Field,
  type FieldTable,
  loadShedderField,
  outlierDetectionTable,
  policyTable,
} from "@breakwater/policy";
import { scenarioField } from "@breakwater/scenario";

const policy: Field = { kind: "object", fields: policyTable, about: "A policy." };
const cache: Field = { kind: "object", fields: cacheTable, about: "A cache." };
const outlierDetection: Field = {
  kind: "object",
  fields: outlierDetectionTable,
  about: "Outlier detection.",
};
const roots: FieldTable = {
  ...scenarioField.fields,
  scenario: scenarioField,
  policy,
  cache,
  outlierDetection,
  loadShedder: loadShedderField,
};

/** Looks through what stands between a name and its table: lists, maps, references, other ways of writing. */
function plain(field: Field): Field {
  if (field.kind === "lazy") return plain(field.field());
  if (field.kind === "list" || field.kind === "map") return plain(field.item);
  if (field.kind !== "either") return field;
  const structured = field.options
    .map(plain)
    .find(({ kind }) => kind !== "literal" && isTree(kind));
  return structured ?? field;
}

function isTree(kind: Field["kind"]): boolean {
  return kind === "object" || kind === "variant" || kind === "oneOfKeys";
}

/** What a field holds under a name: a key of an object, a variant, a form, or `common` for what variants share. */
function below(field: Field, name: string): Field | undefined {
  const table = (fields: FieldTable | undefined): Field | undefined =>
    fields && { kind: "object", fields, about: "" };
  const tree = plain(field);
  switch (tree.kind) {
    case "object":
      return tree.fields[name];
    case "variant":
      return name === "common" ? table(tree.common) : table(tree.variants[name]);
    case "oneOfKeys":
      return table(tree.forms[name]);
    default:
      return undefined;
  }
}

/**
 * The table of options that a page asks for: "policy.retry", "faults.latency", "faults.common",
 * "services.endpoints.steps.call"; a single option, such as "policy.timeout", is a table of one row.
 * @throws RangeError when nothing has this name
 */
export function optionTable(name: string): FieldTable {
  let field: Field | undefined = { kind: "object", fields: roots, about: "" };
  const parts = name.split(".");
  for (const part of parts) field = field && below(field, part);
  const tree = field && plain(field);
  if (tree?.kind === "object") return tree.fields;
  if (field !== undefined) return { [parts.at(-1) as string]: field };
  throw new RangeError(`there is no table of options named ${name}`);
}
