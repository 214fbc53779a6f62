import type { Field, TableOf } from "@breakwater/policy";
import type { Endpoint, Service, Slowdown } from "../types/service.ts";
import { balancerField, healthField } from "./balancing.ts";
import { liveEndpointField, liveServiceField } from "./live.ts";
import { aboutField, nameAbout, nameField, namePattern } from "./names.ts";
import { steps } from "./step.ts";

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
  maxWait: {
    kind: "duration",
    minMs: 0.001,
    about: "A request that has waited longer when its turn comes is refused.",
  },
} satisfies TableOf<NonNullable<Service["queue"]>>;

const slowdownTable = {
  perRequest: {
    kind: "number",
    min: 0,
    max: 1000,
    unit: "share",
    required: true,
    about: "How much longer work takes for each further request in service.",
  },
  from: {
    kind: "number",
    integer: true,
    min: 1,
    max: 1_000_000,
    unit: "requests",
    default: 1,
    about: "So many requests of an instance do not slow one another down.",
  },
} satisfies TableOf<Slowdown>;

const serviceTable = {
  about: aboutField,
  instances: {
    kind: "number",
    integer: true,
    min: 1,
    max: 10_000,
    default: 1,
    about: "Copies of the service.",
  },
  zones: {
    kind: "list",
    item: nameField("A zone."),
    minItems: 1,
    maxItems: 100,
    about: "Where its instances stand: the first in the first zone, and so on round and round.",
  },
  balancer: balancerField,
  health: healthField,
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
  slowdown: {
    kind: "object",
    fields: slowdownTable,
    about: "Work takes longer the more requests an instance has in service.",
  },
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
