import type { Field, FieldTable, TableOf } from "@breakwater/policy";
import { MOST_ROWS } from "../resolve/trace.ts";
import type {
  ClosedLoad,
  ComeBack,
  HerdLoad,
  Load,
  OpenLoad,
  SessionLoad,
  TraceLoad,
} from "../types/load.ts";
import { callFields } from "./call.ts";
import { distributionField } from "./distribution.ts";
import { aboutField, nameField } from "./names.ts";
import { shapeField } from "./shape.ts";

const comeBackTable = {
  probability: {
    kind: "number",
    min: 0,
    max: 1,
    unit: "share",
    required: true,
    about: "Share of those without an answer who come back.",
  },
  after: { ...distributionField, required: true, about: "From the failure to the next try." },
  times: {
    kind: "number",
    integer: true,
    min: 1,
    max: 100,
    default: 1,
    about: "How often one customer comes back at most.",
  },
} satisfies TableOf<ComeBack>;

const arrivals = {
  kind: "choice",
  choices: ["poisson", "constant"],
  default: "poisson",
  about: "At random times, or evenly spaced.",
} satisfies Field;

const rate = (about: string): Field => ({
  kind: "number",
  min: 0,
  aboveMin: true,
  max: 1_000_000,
  unit: "1/s",
  required: true,
  about,
});

const users = (about: string): Field => ({
  kind: "number",
  integer: true,
  min: 1,
  max: 100_000,
  required: true,
  about,
});

const recorded = (item: Field, about: string): Field => ({
  kind: "either",
  options: [
    { kind: "list", item, minItems: 1, maxItems: MOST_ROWS, about: "One after the other." },
    { kind: "text", maxLength: 20_000_000, about: "The text of a CSV." },
    {
      kind: "object",
      fields: {
        file: { kind: "text", maxLength: 500, required: true, about: "Beside the scenario." },
      },
      about: "A CSV file, which the command line reads.",
    },
  ],
  about,
});

const common = {
  about: aboutField,
  to: nameField("The service that the requests go to.", true),
  ...callFields,
  start: { kind: "duration", default: 0, about: "When it begins, from the start of the run." },
  end: {
    kind: "duration",
    about: "When it ends, from the start of the run; with the run unless set.",
  },
  shape: shapeField,
  priority: {
    kind: "number",
    integer: true,
    min: 0,
    max: 9,
    default: 0,
    about: "Greater is more important: reaches the policies, and queues by priority.",
  },
  patience: {
    ...distributionField,
    about: "A customer who has waited so long for an answer goes away; nobody does unless set.",
  },
  comeBack: {
    kind: "object",
    fields: comeBackTable,
    about: "Customers without an answer come back with the same request; nobody does unless set.",
  },
} satisfies FieldTable;

type Own<T extends Load> = Omit<T, keyof typeof common | "kind">;

const variants = {
  open: {
    rate: rate("Requests per second, whatever happens to the ones before."),
    arrivals,
  } satisfies TableOf<Own<OpenLoad>>,
  closed: {
    users: users("Users, each with one request at a time."),
    think: { ...distributionField, about: "From an answer to the next request; 0 unless set." },
  } satisfies TableOf<Own<ClosedLoad>>,
  sessions: {
    rate: rate("Sessions that begin per second."),
    arrivals,
    stay: {
      kind: "number",
      min: 0,
      max: 0.9999,
      required: true,
      unit: "probability",
      about: "That a request follows an answer: 1 / (1 - stay) requests per session.",
    },
    think: { ...distributionField, about: "From an answer to the next request; 0 unless set." },
  } satisfies TableOf<Own<SessionLoad>>,
  herd: {
    users: users("Users who all come at one moment, with one request each."),
    at: { kind: "duration", about: "When, from the start of the run. Either this or after." },
    after: nameField("The name of a fault: they come when it ends."),
  } satisfies TableOf<Own<HerdLoad>>,
  trace: {
    times: recorded(
      { kind: "duration", about: "When a request comes." },
      "When each request comes, from start on, in order: the first column of a CSV.",
    ),
    rates: recorded(
      { kind: "number", min: 0, max: 1_000_000, about: "Requests per second." },
      "Requests per second in each interval from start on: the last column of a CSV.",
    ),
    interval: { kind: "duration", minMs: 1, about: "How long each of the rates holds." },
    arrivals,
  } satisfies TableOf<Own<TraceLoad>>,
} satisfies Record<Load["kind"], FieldTable>;

export const loadField: Field = {
  kind: "variant",
  tag: "kind",
  variants,
  common,
  about: "Where requests come from.",
};
