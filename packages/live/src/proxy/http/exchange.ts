import { type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { Fault } from "../fault.ts";
import type { RequestEffect } from "../faults/kind.ts";
import { changed, has, passedOn, withBody } from "./headers.ts";
import type { HttpLink, HttpStageSettings } from "./http-stage.ts";
import { type Planned, plan } from "./plan.ts";

export interface Exchange extends HttpStageSettings {
  readonly link: HttpLink;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The answer before the faults on the way back. */
interface Answer {
  readonly status: number;
  readonly statusText: string | undefined;
  readonly headers: string[];
  readonly body: IncomingMessage | Buffer;
}

type Rewrite = Extract<RequestEffect, { do: "answer" | "change" }>;

/** One request and its answer, with what strikes them: on the way there, at the upstream, on the way back. */
export async function exchange(all: Exchange): Promise<void> {
  const { request, response, link, seed, proxyName } = all;
  const planned = plan(all.faults(), request, seed, proxyName);
  if (!(await passes(planned, "upstream", all))) return;
  const own = planned.find(({ effect }) => effect.do === "answer")?.effect as Rewrite | undefined;
  if (own) request.resume();
  const answer = own ? ownAnswer(own) : await forward(all);
  if (answer === undefined || !(await passes(planned, "downstream", all))) return;
  const change = (before: Answer, { effect }: Planned): Answer =>
    effect.do === "change" ? rewritten(before, effect) : before;
  const { status, statusText, headers, body } = planned.reduce(change, answer);
  response.sendDate = false;
  if (statusText === undefined) response.writeHead(status, headers);
  else response.writeHead(status, statusText, headers);
  if (Buffer.isBuffer(body)) {
    if (!Buffer.isBuffer(answer.body)) answer.body.resume();
    response.end(body);
    return;
  }
  // Headers go out with the first bytes of the body if these are here already, else without them.
  setImmediate(() => {
    if (!response.destroyed) response.flushHeaders();
  });
  body.on("end", () => {
    if (body.rawTrailers.length > 0) response.addTrailers(trailerPairs(body.rawTrailers));
  });
  body.on("error", () => link.connection().reset());
  body.pipe(response);
}

/** Holds and aborts on one of the ways. Is there anything left to do? */
async function passes(
  planned: readonly Planned[],
  stream: "upstream" | "downstream",
  { link, response }: Exchange,
): Promise<boolean> {
  for (const { fault, effect } of planned.filter((one) => one.stream === stream)) {
    if (effect.do === "hold") await hold(fault, effect.ms, response);
    if (response.destroyed) return false;
    if (effect.do === "abort") {
      link.connection().reset();
      return false;
    }
  }
  return true;
}

/** Ends early when the fault goes or the client does. */
function hold(fault: Fault, ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      fault.wake.delete(done);
      response.off("close", done);
      resolve();
    };
    const timer = setTimeout(done, Math.ceil(ms));
    fault.wake.add(done);
    response.once("close", done);
  });
}

/** Resolves to undefined when the connection had to be broken off. */
function forward({
  request,
  response,
  link,
  upstream,
  dialFailed,
}: Exchange): Promise<Answer | undefined> {
  const { host, port } = upstream();
  return new Promise((resolve) => {
    const sent = send({
      host: host || "localhost",
      port,
      agent: link.agent,
      method: request.method ?? "GET",
      path: request.url ?? "/",
      headers: passedOn(request.rawHeaders),
      setHost: false,
      setDefaultHeaders: false,
    });
    // As the client framed its body, or left it out.
    sent.useChunkedEncodingByDefault = has(request.rawHeaders, "transfer-encoding");
    sent.on("continue", () => response.writeContinue());
    sent.on("response", (incoming) => resolve(upstreamAnswer(incoming)));
    sent.on("error", () => {
      const connected = sent.socket?.bytesRead !== undefined && !sent.socket.connecting;
      const neverMet = !connected || sent.socket?.remoteAddress === undefined;
      if (neverMet && dialFailed() === "close") link.connection().hangUp();
      else link.connection().reset();
      resolve(undefined);
    });
    response.once("close", () => {
      if (!response.writableFinished) sent.destroy();
    });
    request.pipe(sent);
  });
}

function upstreamAnswer(incoming: IncomingMessage): Answer {
  return {
    status: incoming.statusCode ?? 502,
    statusText: incoming.statusMessage,
    headers: passedOn(incoming.rawHeaders),
    body: incoming,
  };
}

function ownAnswer({ status, body, headers }: Rewrite): Answer {
  const bytes = Buffer.from(body ?? "");
  const plain = ["Content-Type", "text/plain; charset=utf-8"];
  return {
    status: status ?? 503,
    statusText: undefined,
    headers: changed(withBody(plain, bytes.length), headers),
    body: bytes,
  };
}

function rewritten(before: Answer, { status, body, headers }: Rewrite): Answer {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const framed = bytes === undefined ? before.headers : withBody(before.headers, bytes.length);
  return {
    status: status ?? before.status,
    statusText: status === undefined ? before.statusText : undefined,
    headers: changed(framed, headers),
    body: bytes ?? before.body,
  };
}

function trailerPairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ""]] : [])) as [
    string,
    string,
  ][];
}
