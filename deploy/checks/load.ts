// Requests at a steady pace, whatever becomes of the ones before.
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface Answer {
  /** When it was sent, on the clock of performance.now(). */
  readonly atMs: number;
  readonly tookMs: number;
  /** 0 when no answer came. */
  readonly status: number;
  readonly body: string;
}

export interface Load {
  readonly answers: readonly Answer[];
  /** Sends nothing more, and waits for the answers. */
  stop(): Promise<void>;
}

/** Longer than the balancer waits for a worker. */
const LONGEST_MS = 15_000;

export function steadyLoad(url: string, perSecond: number, headers = {}): Load {
  const agent = new Agent({ keepAlive: true });
  const answers: Answer[] = [];
  const open = new Set<Promise<void>>();
  let going = true;
  const send = (): void => {
    const one = ask(url, agent, headers).then((answer) => {
      answers.push(answer);
      open.delete(one);
    });
    open.add(one);
  };
  const playing = (async () => {
    const beganAtMs = performance.now();
    for (let sent = 0; going; sent++) {
      const dueInMs = beganAtMs + (sent * 1000) / perSecond - performance.now();
      if (dueInMs > 0) await sleep(dueInMs);
      send();
    }
  })();
  return {
    answers,
    stop: async () => {
      going = false;
      await playing;
      await Promise.all(open);
      agent.destroy();
    },
  };
}

function ask(url: string, agent: Agent, headers: object): Promise<Answer> {
  const atMs = performance.now();
  return new Promise((resolve) => {
    const done = (status: number, body: string): void => {
      resolve({ atMs, tookMs: performance.now() - atMs, status, body });
    };
    const asked = request(url, { agent, headers: { ...headers }, timeout: LONGEST_MS });
    asked.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("error", (error) => done(0, error.message));
      response.on("end", () => done(response.statusCode ?? 0, body));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", (error) => done(0, error.message));
    asked.end();
  });
}
