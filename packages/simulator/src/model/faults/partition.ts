import type { FaultModel } from "./fault.ts";

/** No message gets through, neither request nor answer: lost, or delivered when the fault ends. */
export const partition: FaultModel = {
  deliversAtMs: ({ fault }) => (fault.requests === "redelivered" ? fault.endMs : Infinity),
};
