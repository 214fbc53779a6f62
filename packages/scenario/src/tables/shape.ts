import type { DurationField, Field, FieldTable, NumberField, TableOf } from "@breakwater/policy";
import type { Shape } from "../types/load.ts";

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
  diurnal: {
    low: factor("The lowest factor."),
    high: factor("The highest factor."),
    period: { ...at("From one peak to the next."), minMs: 1 },
    peakAt: { kind: "duration", default: 0, about: "When a peak is, from the start of the run." },
  } satisfies TableOf<ShapeKind<"diurnal">>,
  points: {
    points: {
      kind: "list",
      minItems: 1,
      maxItems: 10_000,
      required: true,
      item: {
        kind: "object",
        fields: {
          at: at("When, from the start of the run."),
          factor: factor("The factor then."),
        },
        about: "One point.",
      },
      about: "In order of time, with straight lines between them.",
    },
    every: { kind: "duration", minMs: 1, about: "Plays the points again each time after so long." },
  } satisfies TableOf<ShapeKind<"points">>,
} satisfies Record<Shape["kind"], FieldTable>;

export const shapeField: Field = {
  kind: "variant",
  tag: "kind",
  variants: shapes,
  about: "How the rate, or the number of active users, changes over time: a factor on it.",
};
