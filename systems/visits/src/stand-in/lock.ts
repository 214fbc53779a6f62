import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { resolve } from "node:path";

/**
 * Two processes with one file would each count on alone. On Linux a socket without a file keeps the second one out;
 * the system takes it away with the process, however that ends.
 * @throws Error when another process has it
 */
export async function lockOf(file: string): Promise<Server | undefined> {
  if (process.platform !== "linux") return undefined;
  const name = createHash("sha256").update(resolve(file)).digest("hex").slice(0, 32);
  const lock = createServer((socket) => socket.destroy());
  lock.listen(`\0breakwater-stand-in-${name}`);
  try {
    await once(lock, "listening");
  } catch {
    throw new Error(`${file} is in use by another stand-in: stop that one, or give another file`);
  }
  lock.unref();
  return lock;
}
