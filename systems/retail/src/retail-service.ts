import swagger from "@fastify/swagger";
import { policy, type Runtime } from "breakwater";
import { accessLog } from "breakwater/access-log";
import { protect } from "breakwater/fastify";
import { type Measurable, prometheus } from "breakwater/prometheus";
import { recordFacts } from "breakwater/record";
import fastify, { type FastifyInstance } from "fastify";
import { type EdgePolicies, edgeTo } from "./chain/edge.ts";
import { BreakerLog, type Say } from "./chain/figures.ts";
import { Intake } from "./chain/intake.ts";
import { messagesOf } from "./chain/messages.ts";
import { Outbox } from "./chain/outbox.ts";
import { createRoute, type Onward } from "./http/create.ts";
import { operateRoutes } from "./http/operate.ts";
import { asProblem, BODY_LIMIT, badAddress, clientError, refuse } from "./http/refusals.ts";
import { resourceRoutes } from "./http/resource.ts";
import { kindOf } from "./kinds/kind.ts";
import { tooMuch } from "./kinds/limits.ts";
import { ProblemError } from "./kinds/problem.ts";
import type { Store } from "./store/store.ts";

export interface RetailOptions {
  /** Who this service is: `order`, `payment`, `shipment`, or any other name for a link of a chain. */
  readonly id: string;
  /** Where the next service takes documents: its `/create`. Without it, the chain ends here. */
  readonly next?: string | undefined;
  /** The chain ends with the service that is so many places from its beginning; from 1, 6 unless given. */
  readonly jumps?: number;
  /** Answers about two of five `POST /create` with 502, after keeping them. */
  readonly injectErrors?: boolean;
  /** Closed with the service. */
  readonly store: Store;
  /** The policy of the store, to be measured as well. */
  readonly storePolicy?: Measurable | undefined;
  /** Policies in place of the built-in ones: `<next>` for waiting callers, `<next>-outbox`. */
  readonly policies?: EdgePolicies;
  readonly runtime?: Runtime;
  /** Documents that may wait in the outbox; from 1, 1000 unless given. */
  readonly outboxLimit?: number;
  /** Requests that may be under way; from 1, 64 unless given. Four times as many may wait for a second. */
  readonly concurrent?: number;
  /** A file for the facts of the policies. */
  readonly record?: string | undefined;
  /** Takes the breaker's event lines and complaints; standard error unless given. */
  readonly say?: Say;
  /** Takes the lines of the access log; standard output unless given. */
  readonly writeAccess?: (lines: string) => void;
}

export interface RetailService {
  readonly app: FastifyInstance;
  /** @returns its address */
  listen(port: number, host?: string): Promise<string>;
  /** Ends gracefully: requests first, then the outbox, then the store. */
  close(): Promise<void>;
}

export async function createRetailService(options: RetailOptions): Promise<RetailService> {
  const { id, store, runtime = {} } = options;
  const say = options.say ?? ((line: string) => process.stderr.write(`${line}\n`));
  const kind = kindOf(id);
  const onward = onwardOf(options, say);
  const { edge, outbox } = onward ?? {};
  const measured = [edge?.direct, edge?.outbox, options.storePolicy].flatMap((each) => each ?? []);
  const metrics = prometheus(measured);
  const recorder = recorderOf(options.record, onward);
  const logs =
    onward === undefined ? [] : [onward.log, new BreakerLog(onward.edge.outbox, () => {})];
  const jumps = options.jumps ?? 6;
  const outboxLimit = options.outboxLimit ?? 1000;
  const intake = new Intake({ kind, store, outbox, jumps, outboxLimit });

  const app = makeApp();
  await app.register(accessLog, { service: id, write: options.writeAccess });
  refuse(app, say);
  await app.register(swagger, { openapi: { openapi: "3.1.0", info: infoOf(id) } });
  const { random = Math.random } = runtime;
  const fails = () => options.injectErrors === true && random() > 0.6;
  await app.register(async (scope) => {
    await limit(scope, options.concurrent ?? 64);
    createRoute(scope, { kind, intake, onward, fails, messages: messagesOf(id) });
    resourceRoutes(scope, { kind, intake, outbox });
  });
  operateRoutes(app, { id, outbox, metrics, breakers: () => logs.map(({ view }) => view) });
  app.addHook("onClose", async () => {
    await outbox?.stop();
    await store.close();
    metrics.stop();
    recorder?.stop();
  });
  outbox?.start();
  return {
    app,
    listen: (port, host = "127.0.0.1") => app.listen({ port, host }),
    close: () => app.close(),
  };
}

function onwardOf(options: RetailOptions, say: Say): Onward | undefined {
  const { id, next, store, policies = {}, runtime } = options;
  if (next === undefined) return undefined;
  const kind = kindOf(id);
  const edge = edgeTo(kind.nextName, next, policies, runtime);
  return { edge, outbox: new Outbox(store, kind, edge), log: new BreakerLog(edge.direct, say) };
}

function recorderOf(file: string | undefined, onward: Onward | undefined) {
  if (file === undefined || onward === undefined) return undefined;
  const { name, direct, outbox } = onward.edge;
  return recordFacts({ [name]: direct, [`${name}-outbox`]: outbox }, file);
}

function infoOf(id: string) {
  return {
    title: `The retail example: ${id}`,
    version: "0.1.0",
    description: "Paths with a slash too many are answered with 308 and the right one.",
  };
}

function makeApp(): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: 10_000,
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    forceCloseConnections: "idle",
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    frameworkErrors: badAddress,
    clientErrorHandler: clientError,
  });
  app.removeContentTypeParser("text/plain");
  // What is sent is what the handlers say, also where the OpenAPI document knows nothing of it.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.addHook("preValidation", async ({ body }) => {
    const problem = tooMuch(body);
    if (problem === undefined) return;
    throw new ProblemError("invalid", "The body is not as it has to be.", {
      errors: [{ field: "/", message: problem }],
    });
  });
  return app;
}

/** No more requests at a time than the store can serve; a few may wait. */
async function limit(scope: FastifyInstance, concurrent: number): Promise<void> {
  const queue = { size: concurrent * 4, maxWait: "1s" } as const;
  await scope.register(protect, { policy: policy({ bulkhead: { concurrent, queue } }) });
  scope.addHook("preSerialization", async (_request, reply, payload) => {
    const { code, reason } = (payload ?? {}) as { code?: unknown; reason?: string };
    if (typeof code !== "string" || reply.statusCode < 500) return payload;
    reply.type("application/problem+json");
    return asProblem(reply.statusCode, reason === undefined ? {} : { reason });
  });
}
