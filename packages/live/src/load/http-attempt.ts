import { type Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { HEADER } from "../synthetic/protocol.ts";

/** How an endpoint is asked for. */
export interface EndpointRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent; undefined for nothing. */
  readonly body: string | undefined;
}

export interface HttpAnswer {
  /** Something stands in for a part of the answer, or it is missing. */
  readonly degraded: boolean;
}

/** An attempt that was answered with an error, or not at all. */
export class AttemptFailed extends Error {
  /** No connection was made. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean) {
    super(message);
    this.name = "AttemptFailed";
    this.refused = refused;
  }
}

/** One request over real HTTP. Rejects with AttemptFailed; whoever aborts it closes its connection. */
export function httpAttempt(
  agent: Agent,
  base: string,
  asked: EndpointRequest,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) =>
      reject(new AttemptFailed(error.message, error.code === "ECONNREFUSED"));
    const { method, path, body } = asked;
    const own = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const request = httpRequest(
      new URL(path, base),
      { agent, method, signal, headers: { ...asked.headers, ...headers, ...own } },
      (response) => readAnswer(response, resolve, fail),
    );
    request.on("error", fail);
    request.end(body);
  });
}

/** Answers are read to their end, which is when a caller has them, and thrown away. Statuses from 400 are errors. */
function readAnswer(
  response: IncomingMessage,
  resolve: (answer: HttpAnswer) => void,
  fail: (error: Error) => void,
): void {
  const { statusCode = 0, headers } = response;
  response.on("error", fail);
  response.on("end", () => {
    if (statusCode >= 400) fail(new Error(`the answer was ${statusCode}`));
    else resolve({ degraded: headers[HEADER.degraded] === "1" });
  });
  response.resume();
}
