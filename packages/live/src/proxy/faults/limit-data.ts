import type { FaultKind } from "./kind.ts";

export const limitData: FaultKind<"limit_data"> = {
  type: "limit_data",
  about: "Closes the connection once so many bytes have passed.",
  attributes: {
    bytes: { kind: "integer", unit: "B", max: Number.MAX_SAFE_INTEGER, about: "how many pass" },
  },
  stage: (context) => {
    let passed = 0;
    return {
      push: (chunk) => {
        const left = Math.max(0, context.attributes().bytes - passed);
        const part = chunk.subarray(0, left);
        passed += part.length;
        if (part.length > 0) context.emit(part);
        if (passed >= context.attributes().bytes) context.hangUp();
      },
      end: context.emitEnd,
      full: () => false,
      release: () => {},
      stop: () => {},
    };
  },
};
