/** For those who operate the service. */
import { Values } from "breakwater/prometheus";
import type { FastifyInstance } from "fastify";
import type { BreakerView } from "../chain/figures.ts";
import type { Outbox } from "../chain/outbox.ts";
import { json, text } from "./schemas.ts";

export interface OperateOptions {
  readonly id: string;
  readonly outbox: Outbox | undefined;
  readonly breakers: () => BreakerView[];
  readonly metrics: { readonly contentType: string; text(): string };
}

export function operateRoutes(app: FastifyInstance, options: OperateOptions): void {
  const { id, outbox, breakers, metrics } = options;
  const about = "Documents on their way to the next service.";
  const waiting = new Values("retail_outbox_waiting", "gauge", about, []);
  app.get("/", { schema: plain("hello", "Who is there") }, async (_request, reply) =>
    reply.type("text/plain; charset=utf-8").send(`hello from ${id}\n`),
  );
  // It says that the process is up. A store or a service that is away is no reason to end it.
  app.get("/health", { schema: healthSchema }, async () => ({
    status: outbox?.trouble === undefined ? "up" : "degraded",
    waiting: outbox === undefined ? 0 : (outbox.waiting ?? null),
    trouble: outbox?.trouble?.reason ?? null,
  }));
  app.get("/breaker", { schema: breakerSchema }, async () => ({ breakers: breakers() }));
  app.get("/metrics", { schema: plain("metrics", "For Prometheus") }, async (_request, reply) => {
    waiting.set([], outbox?.waiting ?? 0);
    return reply.header("content-type", metrics.contentType).send(metrics.text() + waiting.text());
  });
  app.get("/openapi.json", { schema: openapiSchema }, async () => app.swagger());
}

const plain = (operationId: string, summary: string) => ({
  operationId,
  summary,
  response: { 200: text(summary) },
});

const healthSchema = {
  operationId: "health",
  summary: "Whether the process is up, and how its outbox does",
  response: {
    200: json("It is up.", {
      type: "object",
      required: ["status", "waiting", "trouble"],
      additionalProperties: false,
      properties: {
        status: { type: "string", enum: ["up", "degraded"] },
        waiting: {
          type: ["integer", "null"],
          minimum: 0,
          description: "Documents in the outbox; null before it has been counted.",
        },
        trouble: { type: ["string", "null"] },
      },
    }),
  },
};

const COUNTS = ["fires", "successes", "failures", "timeouts", "rejects", "fallbacks", "opens"];
const count = { type: "integer", minimum: 0 };

const breakerSchema = {
  operationId: "breaker",
  summary: "The breakers' states and figures since the start",
  response: {
    200: json("One for callers who wait, one for the outbox.", {
      type: "object",
      required: ["breakers"],
      additionalProperties: false,
      properties: {
        breakers: {
          type: "array",
          items: {
            type: "object",
            required: ["policy", "state", "latencyMeanMs", ...COUNTS],
            additionalProperties: false,
            properties: {
              policy: { type: "string" },
              state: { type: "string" },
              latencyMeanMs: { type: "number", minimum: 0 },
              ...Object.fromEntries(COUNTS.map((name) => [name, count])),
            },
          },
        },
      },
    }),
  },
};

const openapiSchema = {
  operationId: "openapi",
  summary: "This document",
  response: {
    200: json("OpenAPI 3.1.", {
      type: "object",
      required: ["openapi", "info", "paths"],
      properties: { openapi: { type: "string", pattern: "^3\\.1\\." } },
    }),
  },
};
