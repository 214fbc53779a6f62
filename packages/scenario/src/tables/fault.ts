import type { Field, FieldTable, TableOf } from "@breakwater/policy";
import type { Chaos, Fault, Repeat } from "../types/fault.ts";
import { distributionField } from "./distribution.ts";
import { nameField } from "./names.ts";

const repeatTable = {
  every: {
    kind: "duration",
    minMs: 0.001,
    about: "From one beginning to the next. Either this or gap.",
  },
  gap: {
    ...distributionField,
    about:
      "From an end to the next beginning, drawn each time; the first one begins at the fault's at.",
  },
  length: {
    ...distributionField,
    about: "With gap: how long it lasts each time; as long as the fault's for unless set.",
  },
  times: {
    kind: "number",
    integer: true,
    min: 1,
    max: 10_000,
    about: "How often in all; to the end of the run unless set.",
  },
  perInstance: {
    kind: "boolean",
    default: false,
    about: "With gap: every instance has gaps and lengths of its own.",
  },
} satisfies TableOf<Repeat>;

const common = {
  name: {
    kind: "text",
    maxLength: 100,
    about: "Appears in reports; made from the kind and the target unless set.",
  },
  service: nameField("The service that is struck.", true),
  endpoint: nameField(
    "Strikes this endpoint only; all unless set. Not with crash, pause and capacity.",
  ),
  instance: {
    kind: "number",
    integer: true,
    min: 0,
    max: 9999,
    about: "Strikes this instance only (0 is the first); all unless set.",
  },
  from: nameField(
    "Strikes only calls made by this service, or this load. Not with crash, pause and capacity.",
  ),
  at: { kind: "duration", default: 0, about: "When it begins, from the start of the run." },
  for: {
    kind: "duration",
    minMs: 0.001,
    about: "How long it lasts; to the end of the run, drain included, unless set.",
  },
  share: {
    kind: "number",
    min: 0,
    aboveMin: true,
    max: 1,
    unit: "share",
    default: 1,
    about: "Share of requests that is struck. Not with crash, pause and capacity.",
  },
  repeat: {
    kind: "object",
    fields: repeatTable,
    about: "Strikes again and again; once unless set.",
  },
} satisfies FieldTable;

type Own<K extends Fault["kind"]> = TableOf<
  Omit<Extract<Fault, { kind: K }>, keyof typeof common | "kind">
>;

const variants = {
  latency: {
    add: { ...distributionField, about: "More work on the same worker, after the request's own." },
    multiply: {
      kind: "number",
      min: 0,
      max: 1_000_000,
      about: "Stretches each work step by this factor.",
    },
    strikes: {
      kind: "choice",
      choices: ["new", "inFlight"],
      default: "new",
      about: "Only requests that come while it lasts, or also those already in work.",
    },
  } satisfies Own<"latency">,
  error: {
    when: {
      kind: "choice",
      choices: ["afterWork", "beforeWork"],
      default: "afterWork",
      about: "The error comes after the work was done, or at once.",
    },
    strikes: {
      kind: "choice",
      choices: ["new", "inFlight"],
      default: "new",
      about: "Only requests that come while it lasts, or also those already in work.",
    },
  } satisfies Own<"error">,
  refused: {} satisfies Own<"refused">,
  hang: {} satisfies Own<"hang">,
  crash: {} satisfies Own<"crash">,
  pause: {} satisfies Own<"pause">,
  capacity: {
    lose: {
      kind: "number",
      min: 0,
      aboveMin: true,
      max: 1,
      unit: "share",
      required: true,
      about: "Share of the workers that is gone.",
    },
  } satisfies Own<"capacity">,
  partition: {
    requests: {
      kind: "choice",
      choices: ["lost", "redelivered"],
      default: "lost",
      about: "What becomes of requests on their way: lost, or delivered at its end.",
    },
  } satisfies Own<"partition">,
  leak: {
    grows: {
      kind: "number",
      min: 0,
      aboveMin: true,
      max: 1_000_000,
      unit: "1/s",
      required: true,
      about: "How much longer work takes for each second since: 0.1 is twice as long after 10 s.",
    },
    most: { kind: "number", min: 1, max: 1_000_000, about: "Never slower than by this factor." },
  } satisfies Own<"leak">,
  loss: {
    rate: {
      kind: "number",
      min: 0,
      aboveMin: true,
      max: 1,
      unit: "share",
      required: true,
      about: "Share of messages that is lost.",
    },
    messages: {
      kind: "choice",
      choices: ["both", "requests", "answers"],
      default: "both",
      about: "Which messages.",
    },
    resend: {
      kind: "duration",
      minMs: 0.001,
      about: "A lost message is sent again after this, then after twice this; never unless set.",
    },
  } satisfies Own<"loss">,
} satisfies Record<Fault["kind"], FieldTable>;

export const faultField: Field = {
  kind: "variant",
  tag: "kind",
  variants,
  common,
  about: "Something that goes wrong, when and for how long.",
};

const chaosTable = {
  seed: {
    kind: "number",
    integer: true,
    min: 0,
    max: 2 ** 32 - 1,
    about: "Every draw follows from it; the scenario's seed unless set.",
  },
  at: { kind: "duration", default: 0, about: "When it begins, from the start of the run." },
  for: {
    kind: "duration",
    minMs: 0.001,
    about: "How long it lasts; to the end of the run unless set.",
  },
  gap: {
    ...distributionField,
    required: true,
    about: "From the end of one fault to the beginning of the next.",
  },
  length: { ...distributionField, required: true, about: "How long each fault lasts." },
  of: {
    kind: "list",
    item: faultField,
    minItems: 1,
    maxItems: 100,
    required: true,
    about: "One of these each time, all alike; without at, for and repeat of their own.",
  },
} satisfies TableOf<Chaos>;

export const chaosField: Field = {
  kind: "object",
  fields: chaosTable,
  about: "Faults by chance.",
};
