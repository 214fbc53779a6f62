/**
 * Writes one line of JSON for every request of a Fastify server, in the format of docs/systems/access-log.md.
 *
 * Invariants
 *   1. Every request that Fastify has seen makes exactly one line, also when its client has left.
 *   2. A line is one line: nothing that a client sends can end it or begin another.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { accessOutcome } from "./access-outcome.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Parts of the answer that are not what the dependencies gave for it; for the access log. */
    degraded: readonly string[];
  }
}

export interface AccessLogOptions {
  /** The name of the service, for those who put the logs of several together. */
  readonly service: string;
  /** Takes whole lines, several at once when many requests end together; standard output unless given. */
  readonly write?: ((lines: string) => void) | undefined;
}

export type { AccessOutcome } from "./access-outcome.ts";

/** What a client may make a line longer by. */
const LONGEST_PATH = 200;
/** nginx' number for a client that left before it was answered. */
const CLIENT_LEFT = 499;

/**
 * Plugin for Fastify 5. It holds for the whole instance that it is registered on; lines are written once per turn of
 * the event loop, and the last ones when the instance closes.
 */
export async function accessLog(app: FastifyInstance, options: AccessLogOptions): Promise<void> {
  const lines = new Lines(options.write ?? ((text) => process.stdout.write(text)));
  const service = JSON.stringify(options.service);
  const none: readonly string[] = [];
  app.decorateRequest("degraded");
  app.addHook("onRequest", (request, reply, next) => {
    request.degraded = none;
    const atMs = Date.now();
    const startedAtMs = performance.now();
    reply.raw.once("close", () => {
      const durationMs = performance.now() - startedAtMs;
      lines.add(lineOf(service, atMs, durationMs, request, reply));
    });
    next();
  });
  app.addHook("onClose", async () => lines.flush());
}

// What the package fastify-plugin does: without it, the hook would hold for nothing but the plugin itself.
Object.assign(accessLog, { [Symbol.for("skip-override")]: true });

function lineOf(
  service: string,
  atMs: number,
  durationMs: number,
  request: FastifyRequest,
  reply: FastifyReply,
): string {
  const { degraded, method } = request;
  const left = !reply.raw.writableEnded;
  const status = left ? CLIENT_LEFT : reply.raw.statusCode;
  const route = request.is404 ? "null" : JSON.stringify(request.routeOptions.url ?? null);
  const path = JSON.stringify(pathOf(request.url));
  const client = JSON.stringify(request.socket.remoteAddress ?? "");
  const outcome = left ? "cancelled" : accessOutcome(status, degraded.length > 0);
  const parts = degraded.length > 0 ? `,"degraded":${JSON.stringify(degraded)}` : "";
  const took = Math.round(durationMs * 1000) / 1000;
  return `{"time":"${new Date(atMs).toISOString()}","service":${service},"method":"${method}","route":${route},"path":${path},"status":${status},"durationMs":${took},"outcome":"${outcome}","client":${client}${parts}}\n`;
}

function pathOf(url: string): string {
  const end = url.indexOf("?");
  return url.slice(0, Math.min(end === -1 ? url.length : end, LONGEST_PATH));
}

/** Lines of one turn of the event loop, written together: a write of its own for each would cost more than the rest. */
class Lines {
  readonly #write: (text: string) => void;
  #text = "";

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(line: string): void {
    if (this.#text === "") setImmediate(() => this.flush());
    this.#text += line;
  }

  flush(): void {
    const text = this.#text;
    this.#text = "";
    if (text !== "") this.#write(text);
  }
}
