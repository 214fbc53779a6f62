import type { FaultKind } from "./kind.ts";

export const noop: FaultKind<"noop"> = {
  type: "noop",
  about: "Does nothing.",
  attributes: {},
  stage: (context) => ({
    push: context.emit,
    end: context.emitEnd,
    full: () => false,
    release: () => {},
    stop: () => {},
  }),
};
