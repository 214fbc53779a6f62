import type { FaultKind } from "./kind.ts";

export const corruption: FaultKind<"corruption"> = {
  type: "corruption",
  about: "Flips bits.",
  attributes: {
    corruption_rate: {
      kind: "number",
      max: 1,
      default: 1,
      about: "the chance that a chunk is struck",
    },
    bytes: {
      kind: "integer",
      unit: "B",
      min: 1,
      max: 1_000_000,
      default: 1,
      about: "how many bytes of it get one bit flipped",
    },
  },
  stage: (context) => ({
    push: (chunk) => {
      const { corruption_rate, bytes } = context.attributes();
      if (context.random() >= corruption_rate) return context.emit(chunk);
      const bad = Buffer.from(chunk);
      const flipped = new Set<number>();
      while (flipped.size < Math.min(bytes, bad.length)) {
        flipped.add(Math.floor(context.random() * bad.length));
      }
      for (const at of flipped) bad[at] = (bad[at] ?? 0) ^ (1 << Math.floor(context.random() * 8));
      context.emit(bad);
    },
    end: context.emitEnd,
    full: () => false,
    release: () => {},
    stop: () => {},
  }),
};
