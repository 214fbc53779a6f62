import { STATUS_CODES } from "node:http";
import { InvalidOptionsError, type Problem } from "breakwater";
import { answerFor } from "breakwater/http";

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** An error answer (RFC 9457): what went wrong, in words for whoever sent the request. */
export interface ProblemBody {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Of a policy: why it did not answer. */
  readonly code?: string;
  readonly reason?: string;
  /** Everything that is wrong with a document. */
  readonly problems?: readonly Problem[];
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemBody;
}

/** An error that has an answer of its own. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

export function problem(
  status: number,
  detail: string,
  more: Partial<ProblemBody> = {},
): ProblemBody {
  return { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail, ...more };
}

/** The answer for whatever a handler threw; undefined for what nobody has foreseen. */
export function problemFor(error: unknown): ProblemAnswer | undefined {
  if (error instanceof HttpProblem) {
    const { status, headers, message } = error;
    return { status, headers, body: problem(status, message) };
  }
  if (error instanceof InvalidOptionsError) {
    const { message, code, problems } = error;
    return { status: 422, headers: {}, body: problem(422, message, { code, problems }) };
  }
  const refused = answerFor(error);
  if (refused !== undefined) {
    const { status, headers, body } = refused;
    return { status, headers, body: problem(status, (error as Error).message, body) };
  }
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  if (statusCode === undefined || statusCode < 400 || statusCode > 499) return undefined;
  return { status: statusCode, headers: {}, body: problem(statusCode, message ?? "") };
}
