export type {
  AttemptScript,
  CallScript,
  ConformanceCase,
  OperatorScript,
  Script,
  Shell,
  Trace,
} from "./case.ts";
export { CASES } from "./cases/all.ts";
export { SHELLS } from "./shells/all.ts";
export { line, transcript } from "./trace.ts";
