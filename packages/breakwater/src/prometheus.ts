export { type Measurable, type PrometheusEndpoint, prometheus } from "./telemetry/prometheus.ts";
