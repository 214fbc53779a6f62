/** Answers to requests that no handler answers: each is a problem, and changes nothing. */
import { maxHeaderSize } from "node:http";
import type { Socket } from "node:net";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  type FieldProblem,
  type Problem,
  ProblemError,
  problem,
  problemOf,
} from "../kinds/problem.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** Largest body, in bytes. */
export const BODY_LIMIT = 64 * 1024;

export function refuse(app: FastifyInstance, complain: (line: string) => void): void {
  const paths = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const methods = paths.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    paths.set(url, methods);
  });
  app.addHook("onRequest", async (request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    if (path === "/" || !/\/\/|\/$/.test(path)) return;
    // One slash at the beginning, so that no other host can be meant, and none at the end.
    const plain = `/${path.split("/").filter(Boolean).join("/")}`;
    return reply.redirect(plain + request.url.slice(path.length), 308);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const allowed = [...paths].find(([route]) => matches(route, path))?.[1];
    if (allowed === undefined) return answer(reply, problem("not-found", "Nothing is here."));
    const allow = [...allowed].toSorted().join(", ");
    reply.header("allow", allow);
    return answer(reply, problem("method-not-allowed", `Allowed: ${allow}.`));
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof ProblemError) {
      if (error.retryAfterS !== undefined) reply.header("retry-after", error.retryAfterS);
      return answer(reply, error.problem);
    }
    return answer(reply, problemFor(error, request, complain));
  });
}

/** For requests that have no route because their address cannot be read. */
export function badAddress(error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  answer(reply, problem("bad-request", error.message));
}

/** What a limit of the server refused, said as a problem. */
export function asProblem(status: number, said: { readonly reason?: string }): Problem {
  if (status === 504) return problem("unavailable", "The request waited too long for its turn.");
  const why = said.reason === undefined ? "" : ` (${said.reason})`;
  return problemOf(status, `Too much is under way${why}. Nothing was kept.`);
}

function answer(reply: FastifyReply, said: Problem): FastifyReply {
  return reply.code(said.status).type(PROBLEM_TYPE).send(JSON.stringify(said));
}

function problemFor(
  error: FastifyError,
  request: FastifyRequest,
  complain: (line: string) => void,
): Problem {
  if (error.validation !== undefined) {
    const errors = error.validation.map(({ instancePath, message, params }): FieldProblem => {
      const allowed = "allowedValues" in params ? `: ${params.allowedValues}` : "";
      return { field: instancePath || "/", message: `${message}${allowed}` };
    });
    const name = error.validationContext === "body" ? "invalid" : "bad-request";
    return problem(name, `The ${error.validationContext} is not as it has to be.`, errors);
  }
  const status = error.statusCode ?? 500;
  if (status === 413) return problemOf(413, `No body may be larger than ${BODY_LIMIT} bytes.`);
  if (status < 500) return problemOf(status, error.message);
  complain(`${request.method} ${request.url}: ${error.stack ?? error.message}`);
  return problem("internal", "It was written down.");
}

function matches(route: string, path: string): boolean {
  const wanted = route.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return false;
  return wanted.every((part, index) => part.startsWith(":") || part === given[index]);
}

/** What is no HTTP, or has too much of it, ends with a problem and the connection. */
export function clientError(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const said = clientProblem(error.code);
  const body = JSON.stringify(said);
  socket.end(
    `HTTP/1.1 ${said.status} ${said.title}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function clientProblem(code: string | undefined): Problem {
  if (code === "HPE_HEADER_OVERFLOW") {
    return problem(
      "headers-too-large",
      `All headers together have ${maxHeaderSize} bytes at most.`,
    );
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return problem("timeout", "A request has to be here within 10 seconds.");
  }
  return problem("bad-request", "This is no HTTP/1.1 request.");
}
