import type { Policy } from "breakwater";
import { accessLog } from "breakwater/access-log";
import { CONTENT_TYPE, Histogram, prometheus, Values } from "breakwater/prometheus";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { ServiceOptions } from "./options.ts";
import { HttpProblem, PROBLEM_TYPE, problem, problemFor } from "./problem.ts";
import { answerUnreadable, checkHeaders } from "./strict-requests.ts";

const MOST_BODY_BYTES = 65_536;
const REQUEST_TIMEOUT_MS = 30_000;
/** Nobody is there to read it; for the metrics. */
const CLIENT_LEFT = 499;
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What a service adds to its page of metrics. */
export type MetricsPart = () => string;

export interface Served {
  readonly app: FastifyInstance;
  /** The parts are asked for their text in this order. */
  addMetrics(part: MetricsPart): void;
}

/** A Fastify server with what all services have: error answers, strict requests, the access log, health, metrics. */
export async function serve(name: string, options: ServiceOptions): Promise<Served> {
  const app = fastify({
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { requireHostHeader: false },
    clientErrorHandler: answerUnreadable,
    forceCloseConnections: "idle",
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => answerUnknown(app, request, reply));
  const { accessLog: write } = options;
  if (write !== false) await app.register(accessLog, { service: name, write });
  app.addHook("onRequest", (request, _reply, next) => {
    checkHeaders(request.raw);
    next();
  });
  const parts: MetricsPart[] = [requestMetrics(app)];
  app.get("/health", async () => ({ status: "up", service: name }));
  app.get("/metrics", async (_request, reply) => {
    reply.header("content-type", CONTENT_TYPE);
    return parts.map((part) => part()).join("");
  });
  return { app, addMetrics: (part) => parts.push(part) };
}

/** The metrics of policies, as a part of the page. */
export function policyMetrics(policies: readonly Policy<unknown>[]): MetricsPart {
  const endpoint = prometheus(policies);
  return () => endpoint.text();
}

function requestMetrics(app: FastifyInstance): MetricsPart {
  const labels = ["method", "route", "status"];
  const total = new Values("http_requests_total", "counter", "Requests answered.", labels);
  const help = "How long requests took.";
  const seconds = new Histogram("http_request_duration_seconds", help, "route", SECONDS);
  app.addHook("onResponse", (request, reply, next) => {
    const route = request.is404 ? "none" : (request.routeOptions.url ?? "none");
    total.add([request.method, route, String(reply.statusCode)]);
    seconds.observe(route, reply.elapsedTime / 1000);
    next();
  });
  return () => total.text() + seconds.text();
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = problemFor(error);
  if (answer !== undefined) {
    const { status, headers, body } = answer;
    return reply.code(status).headers(headers).type(PROBLEM_TYPE).send(JSON.stringify(body));
  }
  if (request.socket.destroyed) return reply.code(CLIENT_LEFT).send();
  const { stack } = error as Error;
  process.stderr.write(
    `${request.method} ${request.routeOptions.url}: ${stack ?? String(error)}\n`,
  );
  const body = problem(500, "something went wrong inside; it is in the log");
  return reply.code(500).type(PROBLEM_TYPE).send(JSON.stringify(body));
}

/** 405 where another method would do, else 404. */
function answerUnknown(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply) {
  const [url = "/"] = request.url.split("?");
  const allowed = METHODS.filter((method) => app.hasRoute({ method, url }));
  if (allowed.length === 0) {
    return answerError(new HttpProblem(404, "there is nothing at this path"), request, reply);
  }
  const allow = allowed.join(", ");
  const text = `${request.method} is not possible here, but ${allow}`;
  return answerError(new HttpProblem(405, text, { allow }), request, reply);
}
