export { CONTENT_TYPE, Histogram, Values } from "./telemetry/exposition.ts";
export type { Measurable } from "./telemetry/measurable.ts";
export { type PrometheusEndpoint, prometheus } from "./telemetry/prometheus.ts";
