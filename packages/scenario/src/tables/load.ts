import type { DurationField, Field, FieldTable, NumberField, TableOf } from "@breakwater/policy";
import type { ClosedLoad, Load, OpenLoad, Shape } from "../types/load.ts";
import { callFields } from "./call.ts";
import { distributionField } from "./distribution.ts";
import { aboutField, nameField } from "./names.ts";

type ShapeKind<K extends string> = Omit<Extract<Shape, { kind: K }>, "kind">;

const factor = (about: string): NumberField => ({
  kind: "number",
  min: 0,
  max: 1_000_000,
  required: true,
  about,
});

const at = (about: string): DurationField => ({ kind: "duration", required: true, about });

const shapes = {
  constant: {} satisfies TableOf<ShapeKind<"constant">>,
  ramp: {
    from: { kind: "number", min: 0, max: 1_000_000, default: 1, about: "The factor before." },
    to: factor("The factor after."),
    at: { kind: "duration", default: 0, about: "When it begins, from the start of the run." },
    over: at("How long it takes."),
  } satisfies TableOf<ShapeKind<"ramp">>,
  spike: {
    factor: factor("The factor meanwhile; 1 before and after."),
    at: at("When it begins, from the start of the run."),
    for: at("How long it lasts."),
  } satisfies TableOf<ShapeKind<"spike">>,
  steps: {
    steps: {
      kind: "list",
      minItems: 1,
      required: true,
      item: {
        kind: "object",
        fields: {
          at: at("When it begins, from the start of the run."),
          factor: factor("The factor from then on."),
        },
        about: "One step.",
      },
      about: "In order of time; the factor is 1 before the first.",
    },
  } satisfies TableOf<ShapeKind<"steps">>,
} satisfies Record<Shape["kind"], FieldTable>;

const common = {
  about: aboutField,
  to: nameField("The service that the requests go to.", true),
  ...callFields,
  start: { kind: "duration", default: 0, about: "When it begins, from the start of the run." },
  end: {
    kind: "duration",
    about: "When it ends, from the start of the run; with the run unless set.",
  },
  shape: {
    kind: "variant",
    tag: "kind",
    variants: shapes,
    about: "How the rate, or the number of active users, changes over time: a factor on it.",
  },
} satisfies FieldTable;

type Own<T extends Load> = Omit<T, keyof typeof common | "kind">;

const variants = {
  open: {
    rate: {
      kind: "number",
      min: 0,
      aboveMin: true,
      max: 1_000_000,
      unit: "1/s",
      required: true,
      about: "Requests per second, whatever happens to the ones before.",
    },
    arrivals: {
      kind: "choice",
      choices: ["poisson", "constant"],
      default: "poisson",
      about: "At random times, or evenly spaced.",
    },
  } satisfies TableOf<Own<OpenLoad>>,
  closed: {
    users: {
      kind: "number",
      integer: true,
      min: 1,
      max: 100_000,
      required: true,
      about: "Users, each with one request at a time.",
    },
    think: { ...distributionField, about: "From an answer to the next request; 0 unless set." },
  } satisfies TableOf<Own<ClosedLoad>>,
} satisfies Record<Load["kind"], FieldTable>;

export const loadField: Field = {
  kind: "variant",
  tag: "kind",
  variants,
  common,
  about: "Where requests come from.",
};
