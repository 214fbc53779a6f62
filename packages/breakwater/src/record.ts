export {
  type FactRecorder,
  RECORD_FORMAT,
  type Recordable,
  type RecordOptions,
  recordFacts,
} from "./record/record-facts.ts";
