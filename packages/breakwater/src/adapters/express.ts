import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { answerFor, type ErrorAnswer } from "../http/answer-for.ts";
import { Gate, type IncomingRequest, type ProtectOptions } from "../http/gate.ts";

export type { IncomingRequest, ProtectOptions };

declare module "express-serve-static-core" {
  interface Request {
    /** Deadline, attempt, priority and signal of this request; there behind `protect()`. */
    breakwater: IncomingRequest;
  }
}

/**
 * Middleware for Express 5 that lets requests in under a policy, and gives each one `request.breakwater`. A request
 * that is refused is answered with 503 and `Retry-After`, one whose deadline has passed before it was let in with 504.
 * @throws InvalidOptionsError when the policy has a retry, a hedge or a fallback
 */
export function protect(options: ProtectOptions = {}): RequestHandler {
  const gate = new Gate(options);
  return (request, response, next) => {
    const goes = (incoming: IncomingRequest): void => {
      request.breakwater = incoming;
      next();
    };
    gate.enter(request, response, goes, (refusal) => answer(response, refusal));
  };
}

/**
 * Middleware for errors: answers those of policies, which handlers let through from their calls, with 503 or 504; see
 * `answerFor`. All others go on to the next.
 */
export function answerErrors(): ErrorRequestHandler {
  return (error, _request, response, next) => {
    const refusal = answerFor(error);
    if (refusal === undefined || response.headersSent) next(error);
    else answer(response, refusal);
  };
}

function answer(response: Response, { status, headers, body }: ErrorAnswer): void {
  response.status(status).set(headers).json(body);
}
