/** A process: what stands behind every proxy. Prints its two ports. */

import { once } from "node:events";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";

const CHUNK = Buffer.alloc(64 * 1024, "x");

/** Writes without end. */
const bulk = createServer((socket) => {
  socket.on("error", () => socket.destroy());
  const more = (): void => {
    while (socket.write(CHUNK));
  };
  socket.on("drain", more);
  more();
});
const requests = createHttp({ keepAliveTimeout: 0 }, (_request, response) => {
  response.end("hello");
});

async function portOf(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

process.stdout.write(
  `${JSON.stringify({ bulk: await portOf(bulk), requests: await portOf(requests) })}\n`,
);
