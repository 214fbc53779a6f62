import type { ChoiceField, Field, TableOf } from "@breakwater/policy";
import type { Semantics } from "../types/semantics.ts";

/** The first choice is the default. */
const choice = (about: string, first: string, ...others: string[]): ChoiceField => ({
  kind: "choice",
  choices: [first, ...others],
  default: first,
  about,
});

const semanticsTable = {
  abandonedWork: choice(
    "A service whose caller has given up goes on working, or stops at once.",
    "continues",
    "stops",
  ),
  abandonedInQueue: choice(
    "A queued request whose caller has given up is worked on, or dropped when its turn comes.",
    "executed",
    "dropped",
  ),
  lateAnswers: {
    kind: "choice",
    choices: ["ignored", "taken"],
    about: "An answer to an earlier attempt; as each policy says unless set.",
  },
  retriedRequests: choice("Where a retried request stands in the queue.", "back", "front"),
  backoffFrom: choice(
    "Backoff runs from the failure, or from the start of the failed attempt.",
    "failure",
    "attemptStart",
  ),
  breakerScope: choice(
    "One breaker for each instance of the caller, each of its workers, or the whole edge.",
    "instance",
    "worker",
    "edge",
  ),
} satisfies TableOf<Semantics>;

export const semanticsField: Field = {
  kind: "object",
  fields: semanticsTable,
  default: {},
  about: "Choices that change results.",
};
