import { type IncomingMessage, request as send } from "node:http";
import type { Duplex } from "node:stream";
import type { Address } from "../address.ts";
import type { HttpLink } from "./http-stage.ts";

/**
 * A request for another protocol, such as WebSocket: sent on as it is; after a 101 only bytes pass, and only the
 * faults on bytes strike.
 */
export function passUpgrade(
  { host, port }: Address,
  link: HttpLink,
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
): void {
  link.inFlight++;
  const sent = send({
    host: host || "localhost",
    port,
    agent: link.agent,
    method: request.method ?? "GET",
    path: request.url ?? "/",
    headers: request.rawHeaders,
    setHost: false,
  });
  sent.on("upgrade", (answer, socket, first) => {
    client.write(headOf(answer));
    client.write(first);
    socket.write(head);
    socket.on("error", () => link.connection().reset());
    client.on("error", () => socket.destroy());
    client.once("close", () => socket.destroy());
    socket.pipe(client);
    client.pipe(socket);
  });
  sent.on("response", (answer) => {
    client.write(headOf(answer));
    answer.pipe(client);
  });
  sent.on("error", () => link.connection().reset());
  sent.end();
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    // A refusal is passed on until its end, and the end is told by closing.
    if (statusCode !== 101 && /^(transfer-encoding|connection)$/i.test(rawHeaders[i] ?? ""))
      continue;
    lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  if (statusCode !== 101) lines.push("Connection: close");
  return `${lines.join("\r\n")}\r\n\r\n`;
}
