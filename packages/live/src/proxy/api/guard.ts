import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { ProxyError } from "../errors.ts";

export interface GuardOptions {
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/**
 * Keeps web pages out: a page on the internet can make the browser of whoever runs the proxy send requests to
 * loopback, under a name of its own (DNS rebinding) or under ours. Pages have an Origin, and a rebound name is in
 * the Host header; neither can be forged by a page.
 *
 * @returns the origin that may read the answer, if the request has one
 * @throws {ProxyError} 403
 */
export function guard(request: IncomingMessage, options: GuardOptions): string | undefined {
  const { host, origin } = request.headers;
  if (host !== undefined && !hostAllowed(host, options)) {
    const hint = "use localhost or an IP address, or allow it with --allow-host";
    throw new ProxyError(`host not allowed: ${host.slice(0, 100)}; ${hint}`, 403);
  }
  if (origin !== undefined) {
    if (options.allowedOrigins.includes(origin)) return origin;
    const hint = "allow it with --allow-origin";
    throw new ProxyError(`origin not allowed: ${origin.slice(0, 100)}; ${hint}`, 403);
  }
  const { "user-agent": agent = "", "sec-fetch-site": site } = request.headers;
  const foreign = site === "cross-site" || site === "same-site";
  if (agent.startsWith("Mozilla/") || foreign) throw new ProxyError("User agent not allowed", 403);
  return undefined;
}

function hostAllowed(header: string, { host, allowedHosts }: GuardOptions): boolean {
  const name = header
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
  const named = [host, ...allowedHosts].map((one) => one.toLowerCase());
  return isIP(name) !== 0 || name === "localhost" || named.includes(name);
}
