import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { createFaultProxies } from "../src/proxy/proxies.ts";
import type { FaultProxiesOptions, FaultProxy, FaultProxyOptions } from "../src/proxy/types.ts";

/** A server on a free port that ends with the test. */
export async function serve(
  onConnection: (socket: Socket) => void,
  port = 0,
): Promise<{ server: Server; address: string; port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    onConnection(socket);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const found = (server.address() as AddressInfo).port;
  return { server, address: `127.0.0.1:${found}`, port: found, sockets };
}

export const echo = (socket: Socket): void => {
  socket.pipe(socket);
};

/** A proxy before a server that echoes, or another one; all of it ends with the test. */
export async function lab(
  options: Partial<FaultProxyOptions> = {},
  settings: FaultProxiesOptions = {},
  onConnection: (socket: Socket) => void = echo,
) {
  const upstream = await serve(onConnection);
  const proxies = createFaultProxies(settings);
  onTestFinished(() => proxies.close());
  const proxy = await proxies.create({ name: "p", upstream: upstream.address, ...options });
  return { proxies, proxy, upstream };
}

/** A client, connected. */
export async function client(proxy: FaultProxy): Promise<Socket> {
  const socket = dial(proxy);
  await once(socket, "connect");
  return socket;
}

/** A client, whether or not it will ever be connected. */
export function dial({ port, host }: FaultProxy): Socket {
  const socket = connect({ port, host, noDelay: true, allowHalfOpen: true });
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

/** Everything that came until the end, and how the connection ended. */
export function outcome(socket: Socket): Promise<{ text: string; end: string; ms: number }> {
  const from = performance.now();
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const done = (end: string): void =>
      resolve({
        text: Buffer.concat(chunks).toString("latin1"),
        end,
        ms: performance.now() - from,
      });
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("end", () => done("FIN"));
    socket.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? "?"));
    socket.on("close", () => done("closed"));
  });
}

/** Sends and waits for so many bytes of echo. How long did it take? */
export async function roundTrip(socket: Socket, bytes = 5): Promise<number> {
  const from = performance.now();
  socket.write(Buffer.alloc(bytes, "x"));
  await received(socket, bytes);
  return performance.now() - from;
}

export async function received(socket: Socket, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let count = 0;
  return await new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      count += chunk.length;
      if (count < bytes) return;
      socket.off("data", take);
      resolve(Buffer.concat(chunks));
    };
    socket.on("data", take);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error(`closed after ${count} of ${bytes} bytes`)));
  });
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until it is so; 5 s at most. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`never came: ${holds}`);
    await pause(5);
  }
}
