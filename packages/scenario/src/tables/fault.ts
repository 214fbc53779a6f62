import type { Field, FieldTable, TableOf } from "@breakwater/policy";
import type { Fault } from "../types/fault.ts";
import { distributionField } from "./distribution.ts";
import { nameField } from "./names.ts";

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
} satisfies Record<Fault["kind"], FieldTable>;

export const faultField: Field = {
  kind: "variant",
  tag: "kind",
  variants,
  common,
  about: "Something that goes wrong, when and for how long.",
};
