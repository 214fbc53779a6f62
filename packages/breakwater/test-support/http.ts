import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

export interface TestServer {
  readonly url: string;
  /** Connections that were ever made to it, and that are open now. */
  readonly connections: { made: number; open: number };
  readonly server: Server;
}

/** Servers of one test file, on free ports of the loopback interface; closed after each test. */
export function servers() {
  const open: Server[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  return async function serve(listener: RequestListener): Promise<TestServer> {
    const server = createServer(listener);
    const connections = { made: 0, open: 0 };
    server.on("connection", (socket) => {
      connections.made++;
      connections.open++;
      socket.on("close", () => connections.open--);
    });
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/`, connections, server };
  };
}

/** Waits until something is so; fails when it is not within two seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it did not become so in time");
}
