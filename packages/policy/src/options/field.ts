/**
 * The language in which options are described: one table per policy (and, in the scenario package, one per part
 * of a scenario). Validation, the JSON Schema, the studio's controls and the docs' tables are all read from it, so
 * a range, a default or an explanation is written once.
 */

/** A length of time: a number of milliseconds, or text with a unit such as "300ms", "2s", "5min", "1h". */
export type Duration = number | string;

interface FieldBase {
  /** One line that says what the field means. */
  readonly about: string;
  /** Absence is an error. Fields without `required` and without `default` are simply off when absent. */
  readonly required?: boolean;
}

export interface DurationField extends FieldBase {
  readonly kind: "duration";
  /** Milliseconds, inclusive; 0 unless told. */
  readonly minMs?: number;
  /** Milliseconds, inclusive; 30 days unless told. */
  readonly maxMs?: number;
  readonly default?: Duration;
}

export interface NumberField extends FieldBase {
  readonly kind: "number";
  readonly integer?: boolean;
  /** Inclusive unless `aboveMin`. */
  readonly min?: number;
  readonly max?: number;
  /** The minimum itself is not allowed (a rate above 0). */
  readonly aboveMin?: boolean;
  /** What is counted: "calls", "1/s", "share" (0 to 1). */
  readonly unit?: string;
  readonly default?: number;
}

export interface ChoiceField extends FieldBase {
  readonly kind: "choice";
  readonly choices: readonly string[];
  readonly default?: string;
}

export interface BooleanField extends FieldBase {
  readonly kind: "boolean";
  readonly default?: boolean;
}

export interface TextField extends FieldBase {
  readonly kind: "text";
  /** Characters; 200 unless told. */
  readonly maxLength?: number;
  readonly pattern?: RegExp;
  /** What the pattern wants, in words, for the error. */
  readonly patternAbout?: string;
  readonly default?: string;
}

/** An object with a fixed set of keys; an unknown key is an error. */
export interface ObjectField extends FieldBase {
  readonly kind: "object";
  readonly fields: FieldTable;
  /** Stands in when absent; `{}` for an object of defaults. */
  readonly default?: Readonly<Record<string, unknown>>;
}

/** An object whose other keys depend on the text under `tag`. */
export interface VariantField extends FieldBase {
  readonly kind: "variant";
  readonly tag: string;
  /** The variant meant when the tag is absent. */
  readonly defaultVariant?: string;
  readonly variants: Readonly<Record<string, FieldTable>>;
  /** Keys that every variant has. */
  readonly common?: FieldTable;
  /** Stands in when absent; `{}` for the default variant with its defaults. */
  readonly default?: Readonly<Record<string, unknown>>;
}

/** An object with exactly one of these keys, which says what it is: `{ work: ... }` or `{ call: ... }`. */
export interface OneOfKeysField extends FieldBase {
  readonly kind: "oneOfKeys";
  /** Key -> the whole table of that form (the key itself included). */
  readonly forms: Readonly<Record<string, FieldTable>>;
}

export interface ListField extends FieldBase {
  readonly kind: "list";
  readonly item: Field;
  readonly minItems?: number;
  /** 1,000 unless told. */
  readonly maxItems?: number;
  readonly default?: readonly unknown[];
}

/** Names to values. */
export interface MapField extends FieldBase {
  readonly kind: "map";
  readonly item: Field;
  /** What a name must look like; any text of 1 to 64 characters unless told. */
  readonly keyPattern?: RegExp;
  /** What the pattern wants, in words, for the error. */
  readonly keyAbout?: string;
  readonly minItems?: number;
  /** 1,000 unless told. */
  readonly maxItems?: number;
  readonly default?: Readonly<Record<string, unknown>>;
}

/** A value that may be written in several ways; the first that takes its JSON type is used. */
export interface EitherField extends FieldBase {
  readonly kind: "either";
  readonly options: readonly Field[];
  readonly default?: unknown;
}

/** Exactly this value, for instance the word "unlimited". */
export interface LiteralField extends FieldBase {
  readonly kind: "literal";
  readonly value: string | number | boolean;
}

/** Any JSON value (a fallback's answer). */
export interface AnyField extends FieldBase {
  readonly kind: "any";
}

/** A function: only in code, never in a file. */
export interface FunctionField extends FieldBase {
  readonly kind: "function";
}

/** A reference to a field declared elsewhere, for recursive shapes (a step that holds steps). */
export interface LazyField extends FieldBase {
  readonly kind: "lazy";
  /** Names the definition in the JSON Schema ("#/$defs/NAME"). */
  readonly name: string;
  readonly field: () => Field;
}

export type Field =
  | DurationField
  | NumberField
  | ChoiceField
  | BooleanField
  | TextField
  | ObjectField
  | VariantField
  | OneOfKeysField
  | ListField
  | MapField
  | EitherField
  | LiteralField
  | AnyField
  | FunctionField
  | LazyField;

export type FieldTable = Readonly<Record<string, Field>>;

/** Ties a table to the type it describes: a key missing on either side is a type error. */
export type TableOf<T> = { readonly [K in keyof Required<T>]: Field };

/** One thing wrong with what was given. */
export interface Problem {
  /** Where, as users write it: "services.homepage.endpoints.home[2].call". Empty for the whole document. */
  readonly path: string;
  /** What stands there, shortened for print; undefined when it is missing. */
  readonly value: unknown;
  /** What is wrong, in one sentence without the path: `"-5ms" is negative`. */
  readonly message: string;
  /** What is allowed: "a duration from 0ms to 30d". */
  readonly allowed: string;
  /** What to do about it: `write "timeout" instead of "timout"`. */
  readonly fix: string;
}
