import type { DurationField, Field, FieldTable, LazyField, TableOf } from "@breakwater/policy";
import type { Distribution } from "../types/distribution.ts";

type Kinds = Extract<Distribution, { kind: string }>;
type Kind<K extends string> = Omit<Extract<Kinds, { kind: K }>, "kind">;

const time = (about: string, minMs = 0): DurationField => ({
  kind: "duration",
  minMs,
  required: true,
  about,
});

const shape = (about: string): Field => ({
  kind: "number",
  min: 0,
  aboveMin: true,
  max: 1000,
  required: true,
  about,
});

/** A length of time that is drawn anew each time; a plain duration is a constant. */
export const distributionField: LazyField = {
  kind: "lazy",
  name: "distribution",
  field: () => either,
  about: "A length of time: a duration, or a distribution that it is drawn from.",
};

const erlangShape: Field = {
  kind: "number",
  integer: true,
  min: 1,
  max: 1000,
  required: true,
  about: "How many exponentials are added up.",
};

const mixturePart = {
  weight: {
    kind: "number",
    min: 0,
    aboveMin: true,
    max: 1_000_000,
    required: true,
    about: "How often this one is drawn, relative to the others.",
  },
  value: { ...distributionField, required: true, about: "What is drawn then." },
} satisfies FieldTable;

const bin = {
  upTo: time("Where it ends."),
  count: {
    kind: "number",
    min: 0,
    max: 1e15,
    required: true,
    about: "How many values are in it.",
  },
} satisfies FieldTable;

const variants = {
  constant: { value: time("Always this long.") } satisfies TableOf<Kind<"constant">>,
  uniform: {
    min: time("The shortest."),
    max: time("The longest."),
    step: {
      kind: "duration",
      minMs: 0.001,
      about: "Only min, min + step, ... up to max are drawn.",
    },
  } satisfies TableOf<Kind<"uniform">>,
  exponential: { mean: time("The mean.") } satisfies TableOf<Kind<"exponential">>,
  erlang: { mean: time("The mean."), shape: erlangShape } satisfies TableOf<Kind<"erlang">>,
  normal: {
    mean: time("The mean; what falls below 0 counts as 0."),
    deviation: time("The standard deviation."),
  } satisfies TableOf<Kind<"normal">>,
  lognormal: {
    mean: time("The mean."),
    sigma: {
      kind: "number",
      min: 0,
      max: 10,
      required: true,
      about: "Standard deviation of the logarithm.",
    },
  } satisfies TableOf<Kind<"lognormal">>,
  pareto: {
    min: time("The shortest.", 0.001),
    shape: shape("The smaller, the heavier the tail; no finite mean at 1 or below."),
  } satisfies TableOf<Kind<"pareto">>,
  weibull: {
    scale: time("The scale."),
    shape: shape("Below 1 a heavy tail, 1 exponential, above 1 a peak."),
  } satisfies TableOf<Kind<"weibull">>,
  bimodal: {
    low: time("How long most take."),
    high: time("How long the others take."),
    share: {
      kind: "number",
      min: 0,
      max: 1,
      unit: "share",
      required: true,
      about: "Share of the others.",
    },
  } satisfies TableOf<Kind<"bimodal">>,
  empirical: {
    percentiles: {
      kind: "map",
      item: { kind: "duration", about: "The value there." },
      keyPattern: /^\d{1,3}(\.\d{1,6})?$/,
      keyAbout: "a percentile from 0 to 100",
      minItems: 2,
      maxItems: 1000,
      about: "Percentiles and their values; the lowest and the highest are the ends.",
    },
    histogram: {
      kind: "list",
      minItems: 1,
      maxItems: 10_000,
      item: { kind: "object", fields: bin, about: "One bin." },
      about: "Bins in order, the first from min on; within one every value is alike.",
    },
    min: { kind: "duration", default: 0, about: "With a histogram: where its first bin begins." },
  } satisfies TableOf<Kind<"empirical">>,
  mixture: {
    of: {
      kind: "list",
      minItems: 1,
      maxItems: 100,
      required: true,
      item: { kind: "object", fields: mixturePart, about: "One of those that are mixed." },
      about: "Which are mixed; weights need not add up to 1.",
    },
  } satisfies TableOf<Kind<"mixture">>,
} satisfies Record<Kinds["kind"], FieldTable>;

const either: Field = {
  kind: "either",
  options: [
    { kind: "duration", about: "Always this long." },
    { kind: "variant", tag: "kind", variants, about: "Drawn from a distribution." },
  ],
  about: "A duration, or a distribution that it is drawn from.",
};
