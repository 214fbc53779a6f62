/** Requests that should not be: refused before any handler sees them, each with words that say why. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { HttpProblem, PROBLEM_TYPE, problem } from "./problem.ts";

/** Headers of which there is one: of two, nobody can say which is meant. */
const SINGLE = new Set(["authorization", "content-type", "content-length", "host", "if-match"]);

/** @throws HttpProblem 400 */
export function checkHeaders({ rawHeaders, headers, httpVersion }: IncomingMessage): void {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (!SINGLE.has(name)) continue;
    if (seen.has(name)) throw new HttpProblem(400, `the header ${name} came more than once`);
    seen.add(name);
  }
  if (headers.host === undefined && httpVersion === "1.1") {
    throw new HttpProblem(400, "the header host is missing");
  }
}

type ParseError = Error & { readonly code?: string };

const PARSE_PROBLEMS: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, "the headers are longer than 16 KiB"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "the chunk extensions are too long"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "the request did not come in time"],
};

/** Answers what Node could not read as HTTP, and closes the connection: what follows on it means nothing. */
export function answerUnreadable(error: ParseError, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, detail] = PARSE_PROBLEMS[error.code ?? ""] ?? [400, "this is not HTTP"];
  const body = problem(status, detail);
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${body.title}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(text)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${text}`);
}
