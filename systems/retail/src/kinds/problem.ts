/** Errors as clients get them: problem details (RFC 9457). */

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** What is wrong, field by field. */
  readonly errors?: readonly FieldProblem[];
}

export interface FieldProblem {
  /** A JSON pointer into the body, or the name of a header or parameter. */
  readonly field: string;
  readonly message: string;
}

const TITLES = {
  "bad-request": [400, "The request cannot be read"],
  "not-found": [404, "There is no such thing"],
  "method-not-allowed": [405, "This method is not for this resource"],
  timeout: [408, "The request took too long to arrive"],
  conflict: [409, "The id is taken by something else"],
  "too-large": [413, "The body is too large"],
  "not-json": [415, "The body is not JSON"],
  invalid: [422, "The body says something that is not allowed"],
  "headers-too-large": [431, "The headers are too large"],
  internal: [500, "Something is wrong here"],
  unavailable: [503, "Not now"],
} as const;

type ProblemName = keyof typeof TITLES;

/** Thrown by handlers, and sent as it is. */
export class ProblemError extends Error {
  readonly problem: Problem;
  /** Seconds for `Retry-After`; undefined for none. */
  readonly retryAfterS: number | undefined;

  constructor(
    name: ProblemName,
    detail: string,
    more: { errors?: readonly FieldProblem[]; retryAfterS?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.problem = problem(name, detail, more.errors);
    this.retryAfterS = more.retryAfterS;
  }
}

export function problem(
  name: ProblemName,
  detail: string,
  errors?: readonly FieldProblem[],
): Problem {
  const [status, title] = TITLES[name];
  const type = `urn:retail:problem:${name}`;
  return { type, title, status, detail, ...(errors && { errors }) };
}

/** The problem for a status that the HTTP library decided on. */
export function problemOf(status: number, detail: string): Problem {
  const names = Object.keys(TITLES) as ProblemName[];
  const name = names.find((each) => TITLES[each][0] === status);
  if (name !== undefined) return problem(name, detail);
  return problem(status < 500 ? "bad-request" : "internal", detail);
}

export const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "detail"],
  additionalProperties: false,
  properties: {
    type: { type: "string", pattern: "^urn:retail:problem:[a-z-]+$" },
    title: { type: "string" },
    status: { type: "integer", minimum: 400, maximum: 599 },
    detail: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["field", "message"],
        additionalProperties: false,
        properties: { field: { type: "string" }, message: { type: "string" } },
      },
    },
  },
} as const;
