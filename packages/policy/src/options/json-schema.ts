import { LONGEST_MS, LONGEST_TEXT, MOST_ITEMS } from "./allowed.ts";
import type {
  DurationField,
  EitherField,
  Field,
  FieldTable,
  LazyField,
  ListField,
  MapField,
  NumberField,
  OneOfKeysField,
  TextField,
  VariantField,
} from "./field.ts";

type Schema = Record<string, unknown>;

/** Definitions that lazy fields refer to, collected while the schema is written. */
type Definitions = Record<string, Schema>;

/** Text of a duration. The range of a text cannot be said in JSON Schema; only validation checks it. */
const DURATION_TEXT = "^\\d{1,20}(\\.\\d{1,20})? ?(us|ms|s|min|m|h|d)$";

function durationSchema({ minMs = 0, maxMs = LONGEST_MS }: DurationField): Schema {
  return {
    anyOf: [
      { type: "number", minimum: minMs, maximum: maxMs },
      { type: "string", pattern: DURATION_TEXT },
    ],
  };
}

function tableSchema(table: FieldTable, definitions: Definitions): Schema {
  const names = Object.keys(table);
  const required = names.filter((name) => table[name]?.required);
  const properties: Record<string, Schema> = {};
  for (const name of names) properties[name] = described(table[name] as Field, definitions);
  return {
    type: "object",
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function variantSchema(field: VariantField, definitions: Definitions): Schema {
  const { tag, variants, common = {}, defaultVariant } = field;
  const oneOf = Object.entries(variants).map(([name, table]) => {
    const about = name === defaultVariant ? `${name} (meant when absent)` : name;
    const named: Field = {
      kind: "literal",
      value: name,
      required: name !== defaultVariant,
      about,
    };
    return { title: name, ...tableSchema({ [tag]: named, ...common, ...table }, definitions) };
  });
  return { oneOf };
}

function numberSchema(field: NumberField): Schema {
  const low = field.aboveMin ? "exclusiveMinimum" : "minimum";
  return {
    type: field.integer ? "integer" : "number",
    ...(field.min === undefined ? {} : { [low]: field.min }),
    ...(field.max === undefined ? {} : { maximum: field.max }),
  };
}

function textSchema(field: TextField): Schema {
  return {
    type: "string",
    maxLength: field.maxLength ?? LONGEST_TEXT,
    ...(field.pattern ? { pattern: field.pattern.source } : {}),
  };
}

function manySchema(field: ListField | MapField, definitions: Definitions): Schema {
  const item = described(field.item, definitions);
  const { minItems = 0, maxItems = MOST_ITEMS } = field;
  if (field.kind === "list") return { type: "array", items: item, minItems, maxItems };
  return {
    type: "object",
    additionalProperties: item,
    ...(field.keyPattern ? { propertyNames: { pattern: field.keyPattern.source } } : {}),
    minProperties: minItems,
    maxProperties: maxItems,
  };
}

/** A reference; what it refers to is written once, at its first use. */
function lazySchema(field: LazyField, definitions: Definitions): Schema {
  if (!Object.hasOwn(definitions, field.name)) {
    const definition: Schema = {};
    definitions[field.name] = definition;
    Object.assign(definition, described(field.field(), definitions));
  }
  return { $ref: `#/$defs/${field.name}` };
}

/** The ways of writing a value that a file can hold: a function is none. */
function eitherSchema(field: EitherField, definitions: Definitions): Schema {
  const written = field.options.filter((option) => option.kind !== "function");
  return { anyOf: written.map((option) => described(option, definitions)) };
}

function formsSchema(field: OneOfKeysField, definitions: Definitions): Schema {
  const forms = Object.entries(field.forms);
  return {
    oneOf: forms.map(([title, table]) => ({ title, ...tableSchema(table, definitions) })),
  };
}

function bare(field: Field, definitions: Definitions): Schema {
  switch (field.kind) {
    case "duration":
      return durationSchema(field);
    case "number":
      return numberSchema(field);
    case "text":
      return textSchema(field);
    case "choice":
      return { enum: [...field.choices] };
    case "boolean":
      return { type: "boolean" };
    case "literal":
      return { const: field.value };
    case "any":
      return {};
    case "function":
      return { not: {} };
    case "object":
      return tableSchema(field.fields, definitions);
    case "variant":
      return variantSchema(field, definitions);
    case "oneOfKeys":
      return formsSchema(field, definitions);
    case "list":
    case "map":
      return manySchema(field, definitions);
    case "either":
      return eitherSchema(field, definitions);
    case "lazy":
      return lazySchema(field, definitions);
  }
}

function described(field: Field, definitions: Definitions): Schema {
  return {
    ...(field.about === "" ? {} : { description: field.about }),
    ...bare(field, definitions),
    ...("default" in field ? { default: field.default } : {}),
  };
}

/** JSON Schema (draft 2020-12) of a field, for editors and other tools. `$defs` holds what lazy fields refer to. */
export function jsonSchema(field: Field, head: { id?: string; title?: string } = {}): Schema {
  const definitions: Definitions = {};
  const schema = described(field, definitions);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...(head.id === undefined ? {} : { $id: head.id }),
    ...(head.title === undefined ? {} : { title: head.title }),
    ...schema,
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  };
}
