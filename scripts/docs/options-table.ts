import { type Field, type FieldTable, formatDuration } from "@breakwater/policy";

interface Row {
  readonly name: string;
  readonly takes: string;
  readonly unlessSet: string;
  readonly about: string;
}

/** A table of options as a Markdown table: one row per option, those of nested objects under dotted names. */
export function optionsTable(table: FieldTable): string {
  const rows = rowsOf(table, "", "");
  if (rows.length === 0) return "No options of its own.";
  const lines = rows.map(({ name, takes, unlessSet, about }) =>
    row(`\`${name}\``, takes, unlessSet, about),
  );
  return [row("Option", "Takes", "Default", "Meaning"), "|---|---|---|---|", ...lines].join("\n");
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function rowsOf(table: FieldTable, prefix: string, only: string): Row[] {
  return Object.entries(table).flatMap(([key, field]) => {
    const name = `${prefix}${key}`;
    const own: Row = {
      name,
      takes: takes(field),
      unlessSet: unlessSet(field),
      about: `${only}${field.about}`,
    };
    const nested = nestedRows(field, name);
    return field.kind === "object" && nested.length > 0 ? nested : [own, ...nested];
  });
}

function nestedRows(field: Field, name: string): Row[] {
  if (field.kind === "object") return rowsOf(field.fields, `${name}.`, "");
  if (field.kind === "either") return field.options.flatMap((option) => nestedRows(option, name));
  if (field.kind !== "variant") return [];
  return Object.entries(field.variants).flatMap(([variant, fields]) =>
    rowsOf(fields, `${name}.`, `With ${field.tag} \`${variant}\`: `),
  );
}

function takes(field: Field): string {
  switch (field.kind) {
    case "duration":
      return field.minMs ? `duration, from ${formatDuration(field.minMs)}` : "duration";
    case "number":
      return numberText(field);
    case "choice":
      return field.choices.map((choice) => `\`${choice}\``).join(", ");
    case "boolean":
      return "`true`, `false`";
    case "text":
      return "text";
    case "object":
      return "object";
    case "variant":
      return `\`${field.tag}\`: ${Object.keys(field.variants)
        .map((name) => `\`${name}\``)
        .join(", ")}`;
    case "oneOfKeys":
      return Object.keys(field.forms)
        .map((form) => `\`${form}\``)
        .join(", ");
    case "list":
      return "list";
    case "map":
      return "names to values";
    case "either":
      return [...new Set(field.options.map(takes))].join(" or ");
    case "literal":
      return `\`${field.value}\``;
    case "any":
      return "any JSON value";
    case "function":
      return "function, in code only";
    case "lazy":
      return field.name;
  }
}

function numberText({ integer, min, max, aboveMin, unit }: Field & { kind: "number" }): string {
  const kind = integer ? "whole number" : "number";
  const low = min === undefined ? "" : aboveMin ? ` above ${min}` : ` from ${min}`;
  const high = max === undefined || max >= 1_000_000 ? "" : ` to ${max}`;
  const counted = unit === undefined ? "" : ` (${unit})`;
  return `${kind}${low}${high}${counted}`;
}

function unlessSet(field: Field): string {
  if (field.required) return "required";
  const value = "default" in field ? field.default : undefined;
  if (value === undefined || value === "" || typeof value === "object") return "";
  return `\`${value}\``;
}
