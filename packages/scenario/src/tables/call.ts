import { type Field, type FieldTable, policyTable, type TableOf } from "@breakwater/policy";
import type { PolicyData } from "../types/policy.ts";
import type { Network } from "../types/step.ts";
import { distributionField } from "./distribution.ts";
import { nameField } from "./names.ts";

const { fallback } = policyTable as FieldTable & typeof policyTable;

/** A fallback as a file can hold it: the ways of writing it, without the function. */
const fallbackData: Field =
  fallback.kind === "either"
    ? { ...fallback, options: fallback.options.filter((option) => option.kind !== "function") }
    : fallback;

const policyDataTable = { ...policyTable, fallback: fallbackData } satisfies TableOf<PolicyData>;

export const policyDataField: Field = {
  kind: "lazy",
  name: "policy",
  field: () => ({ kind: "object", fields: policyDataTable, about: "A policy." }),
  about: "How calls are protected: its parts always apply in one order.",
};

const networkTable = {
  latency: { ...distributionField, about: "One way; drawn for the request and for its answer." },
  jitter: { ...distributionField, about: "Comes on top, drawn for each message by itself." },
  loss: {
    kind: "number",
    min: 0,
    max: 1,
    unit: "share",
    default: 0,
    about: "Share of messages that is lost, requests and answers alike.",
  },
  resend: {
    kind: "duration",
    minMs: 0.001,
    about: "A lost message is sent again after this, then after twice this; never unless set.",
  },
} satisfies TableOf<Network>;

/** What calls of services and of loads have in common. */
export const callFields = {
  endpoint: nameField("Which endpoint; needed only where the service has more than one."),
  policy: {
    kind: "either",
    options: [nameField("The name of one of the policies."), policyDataField],
    about: "How the call is protected: the name of a policy, or one written in place.",
  },
  network: { kind: "object", fields: networkTable, about: "The way to the service and back." },
} satisfies FieldTable;
