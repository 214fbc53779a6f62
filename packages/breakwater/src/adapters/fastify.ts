import type { FastifyInstance } from "fastify";
import { Gate, type IncomingRequest, type ProtectOptions } from "../http/gate.ts";

export type { IncomingRequest, ProtectOptions };

declare module "fastify" {
  interface FastifyRequest {
    /** Deadline, attempt, priority and signal of this request; there where `protect` is registered. */
    breakwater: IncomingRequest;
  }
}

/**
 * Plugin for Fastify 5 that lets requests in under a policy, and gives each one `request.breakwater`. A request that
 * is refused is answered with 503 and `Retry-After`, one whose deadline has passed before it was let in with 504.
 * It applies to every route of the instance that it is registered on.
 * @throws InvalidOptionsError when the policy has a retry, a hedge or a fallback
 */
export async function protect(app: FastifyInstance, options: ProtectOptions): Promise<void> {
  const gate = new Gate(options);
  // Tells Fastify the shape of its requests, so that it can make them quickly.
  app.decorateRequest("breakwater");
  app.addHook("onRequest", (request, reply, next) => {
    const goes = (incoming: IncomingRequest): void => {
      request.breakwater = incoming;
      next();
    };
    gate.enter(request.raw, reply.raw, goes, ({ status, headers, body }) => {
      reply.code(status).headers(headers).send(body);
    });
  });
}

// What the package fastify-plugin does: without it, the hook would hold for nothing but the plugin itself.
Object.assign(protect, { [Symbol.for("skip-override")]: true });
