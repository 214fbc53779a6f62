export type { Measurable } from "./telemetry/measurable.ts";
export { type InstrumentOptions, instrument } from "./telemetry/opentelemetry.ts";
