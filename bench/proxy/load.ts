import { once } from "node:events";
import { connect, type Socket } from "node:net";

const REQUEST = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";
const WARM_UP_MS = 300;

/** Bytes that one connection takes in a second. */
export async function bytesPerSecond(port: number, forMs: number): Promise<number> {
  const socket = connect({
    port,
    host: "127.0.0.1",
    // One buffer for all reads, so that the client costs as little as can be.
    onread: { buffer: Buffer.alloc(64 * 1024), callback: (length) => counted(length) },
  });
  let bytes = 0;
  const counted = (length: number): boolean => {
    bytes += length;
    return true;
  };
  await once(socket, "connect");
  const rate = await rateOf(() => bytes, forMs);
  socket.destroy();
  return rate;
}

/** Requests that so many kept-alive connections make in a second, one at a time each. */
export async function requestsPerSecond(
  port: number,
  connections: number,
  forMs: number,
): Promise<number> {
  let answers = 0;
  const sockets: Socket[] = [];
  for (let i = 0; i < connections; i++) {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    // Every answer is small and comes whole.
    socket.on("data", () => {
      answers++;
      socket.write(REQUEST);
    });
    socket.write(REQUEST);
    sockets.push(socket);
  }
  const rate = await rateOf(() => answers, forMs);
  for (const socket of sockets) socket.destroy();
  return rate;
}

async function rateOf(count: () => number, forMs: number): Promise<number> {
  await passed(WARM_UP_MS);
  const [before, from] = [count(), performance.now()];
  await passed(forMs);
  return ((count() - before) * 1_000) / (performance.now() - from);
}

const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
