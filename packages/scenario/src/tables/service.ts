import type { Field, FieldTable, LazyField, TableOf } from "@breakwater/policy";
import type {
  CallStep,
  Endpoint,
  ParallelStep,
  SequenceStep,
  Service,
  Step,
  WorkStep,
} from "../types.ts";
import { callFields } from "./call.ts";
import { distributionField } from "./distribution.ts";
import { liveEndpointField, liveServiceField } from "./live.ts";
import { aboutField, nameAbout, nameField, namePattern } from "./names.ts";

const stepField: LazyField = {
  kind: "lazy",
  name: "step",
  field: () => ({ kind: "oneOfKeys", forms, about: "One thing that a request does." }),
  about: "One thing that a request does: work, call, parallel or sequence.",
};

const steps = (about: string, minItems = 1): Field => ({
  kind: "list",
  item: stepField,
  required: true,
  minItems,
  maxItems: 100,
  about,
});

type KeysOfUnion<T> = T extends unknown ? keyof T : never;
type FormName = Extract<KeysOfUnion<Step>, "work" | "call" | "parallel" | "sequence">;

const forms = {
  work: {
    work: { ...distributionField, required: true, about: "How long a worker is kept busy." },
  } satisfies TableOf<WorkStep>,
  call: {
    call: nameField("The service that is called and waited for.", true),
    ...callFields,
    optional: {
      kind: "boolean",
      default: false,
      about: "The request goes on without the answer: it is then degraded, not failed.",
    },
    maxDepth: {
      kind: "number",
      integer: true,
      min: 1,
      max: 100,
      unit: "services",
      about: "Left out once the request has passed through this many services.",
    },
  } satisfies TableOf<CallStep>,
  parallel: {
    parallel: steps("Begun all at once; done when all are."),
  } satisfies TableOf<ParallelStep>,
  sequence: { sequence: steps("Done one after the other.") } satisfies TableOf<SequenceStep>,
} satisfies Record<FormName, FieldTable>;

const endpointTable = {
  about: aboutField,
  errorRate: {
    kind: "number",
    min: 0,
    max: 1,
    unit: "share",
    default: 0,
    about: "Share of requests answered with an error though the service is healthy.",
  },
  steps: steps("What a request does, in order; nothing when empty.", 0),
  live: liveEndpointField,
} satisfies TableOf<Endpoint>;

const unlimited: Field = { kind: "literal", value: "unlimited", about: "No limit." };

const queueTable = {
  capacity: {
    kind: "either",
    options: [
      { kind: "number", integer: true, min: 0, max: 1_000_000_000, about: "So many." },
      unlimited,
    ],
    default: "unlimited",
    about: "Requests that may wait for a worker, per instance; one more is refused.",
  },
  order: {
    kind: "choice",
    choices: ["fifo", "lifo"],
    default: "fifo",
    about: "Who is next: the one that waits longest, or the latest.",
  },
} satisfies TableOf<NonNullable<Service["queue"]>>;

const serviceTable = {
  about: aboutField,
  instances: {
    kind: "number",
    integer: true,
    min: 1,
    max: 10_000,
    default: 1,
    about: "Copies of the service; calls go to them in turn.",
  },
  workers: {
    kind: "either",
    options: [
      { kind: "number", integer: true, min: 1, max: 1_000_000, about: "So many." },
      unlimited,
    ],
    default: "unlimited",
    about: "Requests that one instance works on at the same time.",
  },
  workersWait: {
    kind: "boolean",
    default: true,
    about: "A worker waits while a call of its request is out, or takes up other requests.",
  },
  queue: { kind: "object", fields: queueTable, default: {}, about: "Where requests wait." },
  endpoints: {
    kind: "map",
    item: { kind: "object", fields: endpointTable, about: "One thing the service can do." },
    keyPattern: namePattern,
    keyAbout: nameAbout,
    minItems: 1,
    required: true,
    about: "What the service can be asked for.",
  },
  live: liveServiceField,
} satisfies TableOf<Service>;

export const serviceField: Field = { kind: "object", fields: serviceTable, about: "A service." };
