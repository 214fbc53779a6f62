/** The seed's `POST /create`: keeps the document, calls the next service, and answers in words. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { COMPLETE_HEADER, type Edge, reasonOf, STATUS_HEADER } from "../chain/edge.ts";
import type { BreakerLog } from "../chain/figures.ts";
import type { Intake } from "../chain/intake.ts";
import type { Messages } from "../chain/messages.ts";
import type { Outbox } from "../chain/outbox.ts";
import { statusOf } from "../chain/view.ts";
import type { Contents, Kind } from "../kinds/kind.ts";
import type { Entry } from "../store/store.ts";
import { idempotencyKey, problems, progressHeaders, text } from "./schemas.ts";

/** What a document needs to go further. */
export interface Onward {
  readonly edge: Edge;
  readonly outbox: Outbox;
  readonly log: BreakerLog;
}

export interface CreateOptions {
  readonly kind: Kind;
  readonly intake: Intake;
  readonly messages: Messages;
  readonly onward: Onward | undefined;
  /** Whether this answer is an injected error. */
  readonly fails: () => boolean;
}

/** While a caller waits, the outbox leaves the document alone. Milliseconds. */
const HEAD_START_MS = 500;

/** How long `respond-async` waits for the rest of the chain, which usually is there at once. Milliseconds. */
const SOON_MS = 150;

interface CreateRequest {
  Body: Contents;
  Querystring: { count?: string };
  Headers: { "idempotency-key"?: string; prefer?: string };
}

export function createRoute(app: FastifyInstance, options: CreateOptions): void {
  const { kind, intake, messages, onward, fails } = options;
  const send = (reply: FastifyReply, status: number, entry: Entry, words: string) => {
    reply.header(STATUS_HEADER, statusOf(kind, entry));
    reply.header(COMPLETE_HEADER, String(entry.state === "done"));
    return reply.code(status).type("text/plain; charset=utf-8").send(words);
  };

  app.post<CreateRequest>("/create", { schema: schemaOf(kind) }, async (request, reply) => {
    const hop = Number(request.query.count ?? 0) + 1;
    const key = request.headers["idempotency-key"];
    const later = request.headers.prefer === "respond-async";
    const dueInMs = later ? 0 : HEAD_START_MS;
    const { entry, isNew } = await intake.take({ contents: request.body, key, hop, dueInMs });
    if (fails()) return send(reply, 502, entry, messages.failed());
    if (onward === undefined || intake.isLast(hop)) return send(reply, 200, entry, messages.last());
    if (later) {
      const now = isNew ? await onward.outbox.outcomeOf(entry.id, SOON_MS) : undefined;
      const { state } = now ?? entry;
      return send(reply, state === "done" ? 200 : 202, now ?? entry, messages.kept());
    }
    // Also what is complete is passed on once more: the caller wants to hear from the whole chain.
    const result = await onward.outbox.deliverNow(entry, request.breakwater);
    const now = await intake.find(entry.id);
    if (result.outcome === "ok") {
      return send(reply, now.state === "done" ? 200 : 202, now, messages.next(result.value.text));
    }
    onward.log.fellBack();
    request.degraded = [onward.edge.name];
    return send(reply, 202, now, messages.next(reasonOf(onward.edge.name, result)));
  });
}

function schemaOf(kind: Kind) {
  const { required = [] } = kind.schema as { required?: readonly string[] };
  const named = kind.name === "order" ? ["id", ...required] : required;
  const answer = (description: string) => ({ ...text(description), headers: progressHeaders });
  return {
    operationId: "create",
    summary: `Keeps one ${kind.name} and calls the next service of the chain`,
    headers: {
      type: "object",
      properties: {
        ...idempotencyKey.properties,
        prefer: {
          type: "string",
          maxLength: 200,
          description: "`respond-async`: answer as soon as it is kept.",
        },
      },
    },
    querystring: {
      type: "object",
      properties: {
        count: {
          type: "string",
          pattern: "^[0-9]{1,4}$",
          description: "How many services of the chain have had it before.",
        },
      },
    },
    body: { ...kind.schema, required: named },
    response: {
      200: answer("Kept, and so did all services behind."),
      202: answer("Kept; the rest of the chain will follow."),
      502: answer("Kept, and an injected error (`INJECT_ERR`)."),
      ...problems(400, 409, 413, 415, 422, 503),
    },
  };
}
