import type { FaultProxy } from "../types.ts";

export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Row = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Prometheus' text format. The names of the byte counters are Toxiproxy's; ours count while connections live. */
export function metricsText(proxies: readonly FaultProxy[]): string {
  const bytes = (which: "received" | "sent"): Row[] =>
    proxies.flatMap((proxy) =>
      (["upstream", "downstream"] as const).map((direction): Row => {
        const { name, listen, upstream } = proxy;
        const labels = { direction, listener: listen, proxy: name, upstream };
        return [labels, proxy.bytes[direction][which]];
      }),
    );
  const each = (value: (proxy: FaultProxy) => number): Row[] =>
    proxies.map((proxy) => [{ proxy: proxy.name }, value(proxy)]);
  const struck = proxies.flatMap((proxy) =>
    proxy.faults().map((fault): Row => [{ proxy: proxy.name, toxic: fault.name }, fault.struck]),
  );
  return [
    metric(
      "toxiproxy_proxy_received_bytes_total",
      "counter",
      "Bytes that came in.",
      bytes("received"),
    ),
    metric("toxiproxy_proxy_sent_bytes_total", "counter", "Bytes that went on.", bytes("sent")),
    metric(
      "breakwater_proxy_accepted_total",
      "counter",
      "Connections accepted.",
      each(({ accepted }) => accepted),
    ),
    metric(
      "breakwater_proxy_connections",
      "gauge",
      "Live connections.",
      each((proxy) => proxy.connections().length),
    ),
    metric(
      "breakwater_proxy_struck",
      "gauge",
      "Connections or requests that a toxic has struck since it was added.",
      struck,
    ),
  ].join("");
}

function metric(name: string, type: string, help: string, rows: readonly Row[]): string {
  const lines = rows.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
    return `${name}{${pairs.join(",")}} ${value}`;
  });
  return `${[`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join("\n")}\n`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
