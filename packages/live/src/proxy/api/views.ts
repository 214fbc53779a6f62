import type { ConnectionState, Direction, FaultProxy, FaultState } from "../types.ts";

/** A proxy as Toxiproxy shows it, and what is ours beside it. */
export function proxyView(proxy: FaultProxy): object {
  return {
    name: proxy.name,
    listen: proxy.listen,
    upstream: proxy.upstream,
    enabled: proxy.enabled,
    protocol: proxy.protocol,
    upstream_down: proxy.upstreamDown,
    ...(proxy.enablesInMs === undefined ? {} : { enables_in: proxy.enablesInMs }),
    toxics: faultViews(proxy),
  };
}

/** In the order of Toxiproxy: those of the upstream direction first. */
export function faultViews(proxy: FaultProxy): object[] {
  const of = (direction: Direction): FaultState[] =>
    proxy.faults().filter(({ stream }) => stream === direction);
  return [...of("upstream"), ...of("downstream")].map(faultView);
}

export function faultView(fault: FaultState): object {
  return {
    attributes: fault.attributes,
    name: fault.name,
    type: fault.type,
    stream: fault.stream,
    toxicity: fault.toxicity,
    struck: fault.struck,
    ...(fault.expiresInMs === undefined ? {} : { ttl: fault.ttlMs, expires_in: fault.expiresInMs }),
  };
}

export function connectionView({ openForMs, draws, ...rest }: ConnectionState): object {
  return {
    ...rest,
    open_for: openForMs,
    draws: Object.fromEntries(draws.map(({ fault, struck }) => [fault, struck])),
  };
}
