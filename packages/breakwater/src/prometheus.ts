export type { Measurable } from "./telemetry/measurable.ts";
export { type PrometheusEndpoint, prometheus } from "./telemetry/prometheus.ts";
