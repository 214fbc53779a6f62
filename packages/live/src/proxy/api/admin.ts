import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { addressText } from "../address.ts";
import { ProxyError } from "../errors.ts";
import type { AdminOptions, AdminServer, FaultProxies } from "../types.ts";
import { readJson } from "./body.ts";
import { type GuardOptions, guard } from "./guard.ts";
import { type Answer, metricsRoute, routes } from "./routes.ts";

const DEFAULT_PORT = 8474;
const REQUEST_LIMIT_MS = 25_000;
const HEADERS_LIMIT_MS = 10_000;

interface Desk extends GuardOptions {
  readonly proxies: FaultProxies;
  readonly routes: typeof routes;
}

/**
 * Serves the API over HTTP; closing it leaves the proxies as they are.
 * @throws {ProxyError} 500 when the port cannot be had
 */
export async function serveAdmin(
  proxies: FaultProxies,
  options: AdminOptions = {},
): Promise<AdminServer> {
  const { host = "127.0.0.1", port = DEFAULT_PORT, metrics = false } = options;
  const { allowedHosts = [], allowedOrigins = [] } = options;
  const table = metrics ? { ...routes, ...metricsRoute } : routes;
  const desk: Desk = { proxies, routes: table, host, allowedHosts, allowedOrigins };
  const server = createServer({
    requestTimeout: REQUEST_LIMIT_MS,
    headersTimeout: HEADERS_LIMIT_MS,
  });
  server.on("request", (request, response) => void serve(desk, request, response));
  await listening(server, host === "localhost" ? "127.0.0.1" : host, port);
  const { address, port: found } = server.address() as AddressInfo;
  return {
    url: `http://${addressText({ host: address, port: found })}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(new ProxyError(error.message, 500)));
    server.listen({ host, port }, resolve);
  });
}

async function serve(
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("X-Toxiproxy-Request-Id", randomUUID());
  response.setHeader("X-Content-Type-Options", "nosniff");
  let answer: Answer;
  try {
    const origin = guard(request, desk);
    if (origin !== undefined) allowOrigin(origin, response);
    answer =
      request.method === "OPTIONS" && origin ? { status: 204 } : await handled(desk, request);
  } catch (error) {
    const status = error instanceof ProxyError ? error.status : 500;
    const message = error instanceof Error ? error.message : String(error);
    answer = { status, json: { error: message, status } };
    // What is left of a body that was refused is not read.
    if (!request.complete) response.setHeader("Connection", "close");
  }
  const { status, json, text = json === undefined ? "" : JSON.stringify(json) } = answer;
  const type = answer.type ?? (json === undefined ? undefined : "application/json");
  if (type) response.setHeader("Content-Type", type);
  response.writeHead(status).end(text);
}

function allowOrigin(origin: string, response: ServerResponse): void {
  response.setHeader("Access-Control-Allow-Origin", origin);
  response.setHeader("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE");
  response.setHeader("Access-Control-Allow-Headers", "Content-Type");
  response.setHeader("Vary", "Origin");
}

async function handled(desk: Desk, request: IncomingMessage): Promise<Answer> {
  const [path = ""] = (request.url ?? "").split("?", 1);
  for (const [pattern, methods] of Object.entries(desk.routes)) {
    const names = namesIn(pattern, path);
    if (names === undefined) continue;
    const handler = methods[request.method ?? ""];
    if (handler)
      return await handler({ proxies: desk.proxies, names, body: () => readJson(request) });
    const allowed = Object.keys(methods).join(", ");
    throw new ProxyError(`method not allowed: ${request.method}; there is ${allowed}`, 405);
  }
  throw new ProxyError("page not found", 404);
}

/** What stands for the stars; undefined if the path is another one. */
function namesIn(pattern: string, path: string): string[] | undefined {
  const wanted = pattern.split("/");
  const parts = path.split("/");
  if (parts.length !== wanted.length) return undefined;
  if (wanted.some((part, i) => part !== "*" && part !== parts[i])) return undefined;
  const names = parts.filter((_, i) => wanted[i] === "*");
  return names.some((name) => name === "") ? undefined : names.map(decoded);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ProxyError(
      `bad request path: ${part.slice(0, 100)} is not percent-encoded text`,
      400,
    );
  }
}
