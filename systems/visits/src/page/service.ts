import accepts from "@fastify/accepts";
import type { Policy } from "breakwater";
import { accessLog } from "breakwater/access-log";
import { prometheus } from "breakwater/prometheus";
import fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { Counter } from "./counter.ts";
import { CONTENT_SECURITY_POLICY, FORMATS } from "./formats.ts";
import type { VisitsSettings } from "./settings.ts";

export interface VisitsOptions extends VisitsSettings {
  /** Takes the lines of the access log; standard output unless given. */
  readonly writeLog?: ((lines: string) => void) | undefined;
}

export interface VisitsService {
  readonly policy: Policy;
  readonly app: FastifyInstance;
  /** Begins to connect to the store, gives it a moment, but needs no success; resolves to the page's address. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

const ROUTES = ["/", "/health", "/metrics"];

/** The page that counts its visits. It needs no store to be up: without one there is no number on it. */
export async function createVisitsService(options: VisitsOptions): Promise<VisitsService> {
  const { policy, redisUrl } = options;
  const counter = new Counter(redisUrl, policy);
  const metrics = prometheus([policy]);
  const app = fastify({
    exposeHeadRoutes: false,
    bodyLimit: 1024,
    // An address that cannot be decoded reaches no handler.
    frameworkErrors: (error, _, reply) => {
      problem(reply, error.statusCode ?? 400, error.message);
    },
  });
  await app.register(accessLog, { service: "visits", write: options.writeLog });
  await app.register(accepts);
  app.addHook("onRequest", async (_, reply) => {
    reply.header("x-content-type-options", "nosniff").header("cache-control", "no-store");
  });
  addPage(app, counter, options);
  // Whether the page itself works. A store that is away is no reason to take the page out of service as well.
  app.get("/health", async () => ({ status: "up", service: "visits", store: counter.store }));
  app.get("/metrics", async (_, reply) => reply.type(metrics.contentType).send(metrics.text()));
  addProblems(app);
  app.addHook("onClose", async () => {
    counter.close();
    metrics.stop();
  });
  return {
    policy,
    app,
    listen: async () => {
      await counter.connect();
      return app.listen({ host: options.host, port: options.port });
    },
    close: () => app.close(),
  };
}

function addPage(app: FastifyInstance, counter: Counter, options: VisitsOptions): void {
  const { name, hostName } = options;
  app.get("/", async (request, reply) => {
    const type = request.type(Object.keys(FORMATS));
    const format = typeof type === "string" ? FORMATS[type] : undefined;
    if (format === undefined) {
      return problem(reply, 406, `This page is there as ${Object.keys(FORMATS).join(", ")}.`);
    }
    const count = await counter.count();
    if (typeof count !== "number") request.degraded = ["visits"];
    return reply
      .type(format.contentType)
      .header("vary", "accept")
      .header("content-security-policy", CONTENT_SECURITY_POLICY)
      .send(format.render({ name, hostName, count, store: counter.store }));
  });
  // To look whether the page is there is no visit.
  app.head("/", async (_, reply) => reply.header("vary", "accept").send());
}

/** Everything that is no answer is told the same way, as application/problem+json. */
function addProblems(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const [path = ""] = request.url.split("?", 1);
    if (!ROUTES.includes(path)) return problem(reply, 404, `There are ${ROUTES.join(", ")}.`);
    const allowed = path === "/" ? "GET, HEAD" : "GET";
    return problem(reply.header("allow", allowed), 405, `Allowed here: ${allowed}.`);
  });
  app.setErrorHandler((error: { statusCode?: number; message: string }, _, reply) => {
    const status = error.statusCode ?? 500;
    // What went wrong inside is for the log, not for whoever asked.
    if (status >= 500) process.stderr.write(`visits: ${error.message}\n`);
    return problem(reply, status, status >= 500 ? "Something went wrong here." : error.message);
  });
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  404: "There is no such page",
  405: "This method is not for this page",
  406: "No format that you accept",
  413: "The body is too large",
  415: "No body is expected",
  500: "Internal error",
};

function problem(reply: FastifyReply, status: number, detail: string): FastifyReply {
  const title = TITLES[status] ?? "The request cannot be answered";
  const body = JSON.stringify({ type: "about:blank", title, status, detail });
  return reply.code(status).type("application/problem+json").send(body);
}
