import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import type { Address } from "./address.ts";

/** A port that answers nobody: packets that ask for a connection are dropped. */
export interface Hole {
  /** Frees the port. Callers that still wait get through to whoever listens next, when they ask again. */
  fill(): Promise<void>;
}

/** A backlog of 1 takes two connections. */
const FILLERS = 2;

/**
 * Node accepts whatever comes, so a thread of its own listens and then never returns to its event loop. Once its
 * short queue is full, Linux drops every further SYN, as a firewall or a dead host would.
 */
export async function digHole(address: Address, free: () => void): Promise<Hole> {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  // The compiler does not rewrite what is no import.
  const program = import.meta.url.endsWith(".ts")
    ? new URL("./hole-worker.ts", import.meta.url)
    : new URL("./hole-worker.js", import.meta.url);
  const worker = new Worker(program, {
    workerData: { address, flag },
    // The flags of the process (a loader, an inspector) are not meant for these ten lines.
    execArgv: [],
  });
  const fillers: Socket[] = [];
  const fill = async (): Promise<void> => {
    for (const filler of fillers) filler.destroy();
    await worker.terminate();
  };
  try {
    // The thread takes a while to start; the port stays open until it is ready to take it over.
    await message(worker, "ready");
    free();
    worker.postMessage("listen");
    await message(worker, "listening");
    for (let i = 0; i < FILLERS; i++) fillers.push(await filler(address));
  } catch (error) {
    await fill();
    throw error;
  }
  return { fill };
}

function message(worker: Worker, wanted: string): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (text: string) => {
      worker.off("error", reject);
      if (text === wanted) resolve();
      else reject(new Error(text));
    });
  });
}

/** Resolves when it takes a place in the queue, or when there is none left, which is as good. */
function filler({ host, port }: Address): Promise<Socket> {
  const local = host === "" || host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return new Promise((resolve) => {
    const socket = connect({ host: local, port });
    socket.on("error", () => resolve(socket));
    socket.once("connect", () => resolve(socket));
    setTimeout(() => resolve(socket), 200).unref();
  });
}
