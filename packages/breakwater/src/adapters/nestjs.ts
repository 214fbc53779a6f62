import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  HttpException,
  type ValueProvider,
} from "@nestjs/common";
import { BreakwaterError } from "../errors.ts";
import { answerFor, type ErrorAnswer } from "../http/answer-for.ts";
import { Gate, type IncomingRequest, type ProtectOptions } from "../http/gate.ts";
import type { Policy } from "../types.ts";

export type { IncomingRequest, ProtectOptions };

/** A request as Express has it, or as Fastify wraps it. */
type HttpRequest = IncomingMessage & { raw?: IncomingMessage; breakwater?: IncomingRequest };

interface HttpReply {
  readonly raw?: ServerResponse;
  header(name: string, value: string): unknown;
}

/**
 * Guard for NestJS, on Express or Fastify, that lets requests in under a policy, and gives each one
 * `request.breakwater`. A request that is refused is answered with 503 and `Retry-After`, one whose deadline has
 * passed before it was let in with 504. It lets everything through that is no request over HTTP.
 *
 * One guard is one limit: give the same one to all routes that share it.
 */
export class ProtectGuard implements CanActivate {
  readonly #gate: Gate;

  /** @throws InvalidOptionsError when the policy has a retry, a hedge or a fallback */
  constructor(options: ProtectOptions = {}) {
    this.#gate = new Gate(options);
  }

  canActivate(context: ExecutionContext): true | Promise<true> {
    if (context.getType() !== "http") return true;
    const http = context.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const reply = http.getResponse<HttpReply>();
    return new Promise((resolve, reject) => {
      const goes = (incoming: IncomingRequest): void => {
        request.breakwater = incoming;
        resolve(true);
      };
      const refused = (answer: ErrorAnswer): void => reject(exceptionFor(answer, reply));
      this.#gate.enter(request.raw ?? request, reply.raw ?? serverResponse(reply), goes, refused);
    });
  }
}

/** Express adds to Node's own response, and Fastify holds it. */
function serverResponse(reply: HttpReply): ServerResponse {
  return reply as unknown as ServerResponse;
}

function exceptionFor({ status, headers, body }: ErrorAnswer, reply: HttpReply): HttpException {
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  return new HttpException(body, status);
}

/**
 * Filter for NestJS: answers the errors of policies, which handlers let through from their calls, with 503 or 504; see
 * `answerFor`. All others go on to the next filter.
 */
export class PolicyErrorFilter implements ExceptionFilter<BreakwaterError> {
  catch(error: BreakwaterError, host: ArgumentsHost): void {
    const answer = answerFor(error);
    if (host.getType() !== "http" || answer === undefined) throw error;
    const { status, headers, body } = answer;
    const reply = host.switchToHttp().getResponse<HttpReply & Sender>();
    for (const [name, value] of Object.entries(headers)) reply.header(name, value);
    reply.status(status).send(body);
  }
}

interface Sender {
  status(code: number): { send(body: unknown): unknown };
}

// What `@Catch` does, in the form in which it runs as it stands: which errors the filter is for.
Catch(BreakwaterError)(PolicyErrorFilter);

/** Has a policy injected by its name, or by any other token: one policy for all who ask for it. */
export function policyProvider<F>(policy: Policy<F>, token?: string | symbol): ValueProvider {
  return { provide: token ?? policy.name, useValue: policy };
}
