import {
  type Field,
  type FieldTable,
  outlierDetectionTable,
  type TableOf,
} from "@breakwater/policy";
import type { HealthChecks } from "../types/balancing.ts";
import { nameField } from "./names.ts";

const refresh: Field = {
  kind: "duration",
  default: 0,
  about: "How old the numbers of requests may be by which it decides; 0: always fresh.",
};

const common = {
  slowStart: {
    kind: "duration",
    default: 0,
    about: "An instance that comes back gets its whole share only after so long.",
  },
  zoneAware: {
    kind: "boolean",
    default: false,
    about: "Calls stay in the zone of their caller while an instance there is in rotation.",
  },
  outlierDetection: {
    kind: "object",
    fields: outlierDetectionTable,
    about: "Takes instances out of rotation that do worse than the others.",
  },
  panic: {
    kind: "number",
    min: 0,
    max: 1,
    unit: "share",
    default: 0.5,
    about: "With a smaller share of the instances in rotation, all of them are asked.",
  },
} satisfies FieldTable;

const variants: Readonly<Record<string, FieldTable>> = {
  roundRobin: {},
  random: {},
  leastRequests: { refresh },
  choices: {
    choices: {
      kind: "number",
      integer: true,
      min: 2,
      max: 100,
      unit: "instances",
      default: 2,
      about: "How many instances are drawn; the one with the fewest requests is taken.",
    },
    refresh,
  },
  ringHash: {
    keys: {
      kind: "number",
      integer: true,
      min: 1,
      max: 100_000,
      default: 1000,
      about: "Different keys that calls have: customers, documents.",
    },
    skew: {
      kind: "number",
      min: 0,
      max: 10,
      default: 0,
      about: "The k-th key is k^-skew as frequent as the first; 0: all alike (Zipf's law).",
    },
    points: {
      kind: "number",
      integer: true,
      min: 1,
      max: 1000,
      default: 100,
      about: "Places of each instance on the ring.",
    },
  },
  weighted: {
    weights: {
      kind: "list",
      item: { kind: "number", min: 0, max: 1_000_000, about: "Its weight; 0: none." },
      minItems: 1,
      maxItems: 10_000,
      required: true,
      about: "One weight per instance: its part of the calls.",
    },
  },
};

export const balancerField: Field = {
  kind: "variant",
  tag: "kind",
  defaultVariant: "roundRobin",
  variants,
  common,
  about: "Which instance a call goes to; in turn unless set.",
};

const healthTable = {
  interval: {
    kind: "duration",
    minMs: 1,
    default: "5s",
    about: "From one check of an instance to the next.",
  },
  timeout: {
    kind: "duration",
    minMs: 1,
    default: "1s",
    about: "A check without an answer for so long has failed.",
  },
  unhealthyAfter: {
    kind: "number",
    integer: true,
    min: 1,
    max: 1000,
    default: 3,
    about: "Failed checks in a row that take an instance out of rotation.",
  },
  healthyAfter: {
    kind: "number",
    integer: true,
    min: 1,
    max: 1000,
    default: 2,
    about: "Good checks in a row that bring it back.",
  },
  endpoint: nameField("The endpoint that is asked; else whether the process is up and runs."),
} satisfies TableOf<HealthChecks>;

export const healthField: Field = {
  kind: "object",
  fields: healthTable,
  about: "Asks every instance again and again whether it is well.",
};
