import { ProxyError } from "./errors.ts";

export interface Address {
  /** Empty: every interface. */
  readonly host: string;
  readonly port: number;
}

const ADDRESS = /^(?:\[([\da-f:.%\w]+)\]|([^\s:/[\]]*)):(\d{1,5})$/i;

/**
 * "host:port", "[ipv6]:port" or ":port" (every interface).
 * @throws {ProxyError} 400, naming the field
 */
export function parseAddress(field: string, text: unknown): Address {
  const match = typeof text === "string" && text.length <= 300 ? ADDRESS.exec(text) : null;
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    const shown = JSON.stringify(text)?.slice(0, 100);
    throw new ProxyError(`bad request body: ${field}: ${shown} is not host:port`, 400);
  }
  return { host: match[1] ?? match[2] ?? "", port };
}

/** Where to listen: a free port on loopback, if nothing is said. */
export function listenAddress(text: unknown): Address {
  if (text === undefined || text === null || text === "") return { host: "127.0.0.1", port: 0 };
  return parseAddress("listen", text);
}

/** "localhost" has two addresses on many machines, and a proxy listens on one. */
export function oneAddress({ host, port }: Address): Address {
  return { host: host === "localhost" ? "127.0.0.1" : host, port };
}

export function sameAddress(one: Address, other: Address): boolean {
  return addressText(oneAddress(one)) === addressText(oneAddress(other));
}

export function addressText({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
