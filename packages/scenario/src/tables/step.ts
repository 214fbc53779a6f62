import type { Field, FieldTable, LazyField, TableOf } from "@breakwater/policy";
import type {
  CallStep,
  ChooseStep,
  ParallelStep,
  QuorumStep,
  SequenceStep,
  Step,
  WorkStep,
} from "../types/step.ts";
import { callFields } from "./call.ts";
import { distributionField } from "./distribution.ts";
import { nameField } from "./names.ts";

const stepField: LazyField = {
  kind: "lazy",
  name: "step",
  field: () => ({ kind: "oneOfKeys", forms, about: "One thing that a request does." }),
  about: "One thing that a request does: work, call, parallel, sequence, quorum or choose.",
};

export const steps = (about: string, minItems = 1): Field => ({
  kind: "list",
  item: stepField,
  required: true,
  minItems,
  maxItems: 100,
  about,
});

const common = {
  probability: {
    kind: "number",
    min: 0,
    aboveMin: true,
    max: 1,
    unit: "share",
    default: 1,
    about: "Share of requests that do this step; the others leave it out.",
  },
} satisfies FieldTable;

const rest: Field = {
  kind: "choice",
  choices: ["continue", "cancel"],
  default: "continue",
  about: "What becomes of those not needed: they go on until the request is answered, or stop.",
};

const atLeast = (about: string): Field => ({
  kind: "number",
  integer: true,
  min: 1,
  max: 1000,
  about,
});

const option = {
  weight: {
    kind: "number",
    min: 0,
    aboveMin: true,
    max: 1_000_000,
    required: true,
    about: "How often this one is chosen, relative to the others.",
  },
  steps: steps("What is done then; nothing when empty.", 0),
} satisfies TableOf<ChooseStep["choose"][number]>;

const callTable = {
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
  times: { ...atLeast("How often it is called."), default: 1 } as Field,
  order: {
    kind: "choice",
    choices: ["parallel", "sequence"],
    default: "parallel",
    about: "With times: all calls at once, or one after the other.",
  },
  needs: atLeast("With times: goes on once so many calls are answered; all unless set."),
  rest,
} satisfies TableOf<CallStep>;

type KeysOfUnion<T> = T extends unknown ? keyof T : never;
type FormName = Extract<
  KeysOfUnion<Step>,
  "work" | "call" | "parallel" | "sequence" | "quorum" | "choose"
>;

const forms = {
  work: {
    work: { ...distributionField, required: true, about: "How long a worker is kept busy." },
    ...common,
  } satisfies TableOf<WorkStep>,
  call: { ...callTable, ...common },
  parallel: {
    parallel: steps("Begun all at once; done when all are."),
    ...common,
  } satisfies TableOf<ParallelStep>,
  sequence: {
    sequence: steps("Done one after the other."),
    ...common,
  } satisfies TableOf<SequenceStep>,
  quorum: {
    quorum: steps("Begun all at once; done when as many are as needs says."),
    needs: { ...atLeast("How many have to succeed."), required: true } as Field,
    rest,
    ...common,
  } satisfies TableOf<QuorumStep>,
  choose: {
    choose: {
      kind: "list",
      item: { kind: "object", fields: option, about: "One of those that are chosen from." },
      minItems: 1,
      maxItems: 100,
      required: true,
      about: "One of these is done; weights need not add up to 1.",
    },
    ...common,
  } satisfies TableOf<ChooseStep>,
} satisfies Record<FormName, FieldTable>;
