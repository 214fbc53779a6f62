/**
 * One process: a number of users without think time load pages over connections that stay open, for a time. Reads one
 * JSON object from its arguments and prints another.
 */
import { Agent, get } from "node:http";

export interface LoadOrder {
  readonly url: string;
  readonly users: number;
  readonly ms: number;
}

export interface LoadResult {
  readonly pages: number;
  /** Pages that were not answered with 200. */
  readonly failed: number;
  readonly tookMs: number;
}

const order = JSON.parse(process.argv[2] ?? "{}") as LoadOrder;
process.stdout.write(`${JSON.stringify(await load(order))}\n`);
process.exit(0);

async function load({ url, users, ms }: LoadOrder): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: users });
  const startedAtMs = performance.now();
  let pages = 0;
  let failed = 0;
  const user = async (): Promise<void> => {
    while (performance.now() < startedAtMs + ms) {
      if ((await page(url, agent)) === 200) pages++;
      else failed++;
    }
  };
  await Promise.all(Array.from({ length: users }, user));
  return { pages, failed, tookMs: performance.now() - startedAtMs };
}

function page(url: string, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: "Token 0x132" };
    const request = get(url, { agent, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    });
    request.on("error", reject);
  });
}
