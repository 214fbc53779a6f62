/**
 * One process: a number of users without think time load pages over connections that stay open. The subjects take
 * turns, each as short as can be, so that whatever else the machine does disturbs all of them alike. Reads one JSON
 * object from its arguments and prints another; tells of each tenth part on standard error.
 */
import { Agent, get } from "node:http";

export interface LoadOrder {
  readonly urls: readonly string[];
  readonly users: number;
  /** How often each subject has its turn; the first tenth of the turns is for growing warm. */
  readonly rounds: number;
  readonly turnMs: number;
}

export interface Turn {
  readonly pages: number;
  readonly tookMs: number;
}

/** The turns of each subject, in the order of the urls. */
export type LoadResult = readonly (readonly Turn[])[];

const order = JSON.parse(process.argv[2] ?? "{}") as LoadOrder;
process.stdout.write(`${JSON.stringify(await load(order))}\n`);
process.exit(0);

async function load({ urls, users, rounds, turnMs }: LoadOrder): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: users });
  const turns: Turn[][] = urls.map(() => []);
  const warm = Math.ceil(rounds / 10);
  for (let round = -warm; round < rounds; round++) {
    for (let place = 0; place < urls.length; place++) {
      // Who begins changes from round to round.
      const subject = (place + round + warm) % urls.length;
      const one = await turn(urls[subject] ?? "", agent, users, turnMs);
      if (round >= 0) turns[subject]?.push(one);
    }
    if (round % warm === 0) process.stderr.write(`round ${round} of ${rounds}\n`);
  }
  return turns;
}

async function turn(url: string, agent: Agent, users: number, turnMs: number): Promise<Turn> {
  const startedAtMs = performance.now();
  let pages = 0;
  const user = async (): Promise<void> => {
    while (performance.now() < startedAtMs + turnMs) {
      await page(url, agent);
      pages++;
    }
  };
  await Promise.all(Array.from({ length: users }, user));
  return { pages, tookMs: performance.now() - startedAtMs };
}

function page(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: "Token 0x132" };
    const request = get(url, { agent, headers }, (response) => {
      response.resume();
      const { statusCode } = response;
      if (statusCode !== 200) reject(new Error(`${url} has answered ${statusCode}`));
      response.on("end", resolve);
    });
    request.on("error", reject);
  });
}
