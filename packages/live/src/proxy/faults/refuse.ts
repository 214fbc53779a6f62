import type { FaultKind } from "./kind.ts";

export const refuse: FaultKind<"refuse"> = {
  type: "refuse",
  about: "Refuses new connections; with a toxicity below 1 it resets its share of them at once.",
  attributes: {},
  door: "closed",
};
