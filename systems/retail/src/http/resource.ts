/** The documents as resources: POST /orders, GET /orders/{id}, and the same of payments, shipments and links. */
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Intake } from "../chain/intake.ts";
import type { Outbox } from "../chain/outbox.ts";
import { viewOf, viewSchema } from "../chain/view.ts";
import type { Contents, Kind } from "../kinds/kind.ts";
import type { Entry } from "../store/store.ts";
import { idempotencyKey, json, problems } from "./schemas.ts";

export interface ResourceOptions {
  readonly kind: Kind;
  readonly intake: Intake;
  readonly outbox: Outbox | undefined;
}

export function resourceRoutes(app: FastifyInstance, options: ResourceOptions): void {
  const { kind, intake, outbox } = options;
  const path = `/${kind.plural}`;
  const send = (reply: FastifyReply, status: number, entry: Entry): FastifyReply => {
    reply.header("location", `${path}/${encodeURIComponent(entry.id)}`);
    return reply.code(status).send(viewOf(kind, entry, outbox?.trouble));
  };

  app.post<{ Body: Contents; Headers: { "idempotency-key"?: string } }>(
    path,
    { schema: postSchema(kind) },
    async (request, reply) => {
      const key = request.headers["idempotency-key"];
      const arrival = { contents: request.body, key, hop: 1, dueInMs: 0 };
      const { entry, isNew } = await intake.take(arrival);
      if (!isNew) return send(reply, 200, entry);
      return send(reply, entry.state === "done" ? 201 : 202, entry);
    },
  );

  app.get<{ Params: { id: string } }>(
    `${path}/:id`,
    { schema: getSchema(kind) },
    async (request, reply) => {
      const entry = await intake.find(request.params.id);
      return reply.send(viewOf(kind, entry, outbox?.trouble));
    },
  );
}

const location = { location: { type: "string", description: "Where the document is." } };

function postSchema(kind: Kind) {
  const view = viewSchema(kind);
  return {
    operationId: `post-${kind.name}`,
    summary: `Takes in one ${kind.name}, once per id and per Idempotency-Key`,
    headers: idempotencyKey,
    body: kind.schema,
    response: {
      200: { ...json("It is there already.", view), headers: location },
      201: { ...json("Kept, and nobody else has to know of it.", view), headers: location },
      202: { ...json("Kept; the next services will get it.", view), headers: location },
      ...problems(400, 409, 413, 415, 422, 503),
    },
  };
}

function getSchema(kind: Kind) {
  // An id of a chain's link may have its place in the chain behind it.
  const id = { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}(@[0-9]{1,4})?$" };
  return {
    operationId: `get-${kind.name}`,
    summary: `One ${kind.name} and how far it has come`,
    params: { type: "object", required: ["id"], properties: { id } },
    response: { 200: json("The document.", viewSchema(kind)), ...problems(400, 404, 503) },
  };
}
