import { realpathSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { InvalidOptionsError } from "breakwater";
import type { FastifyInstance } from "fastify";
import { EnvironmentError, type ServiceOptions } from "./options.ts";

export interface RunningService {
  readonly name: string;
  readonly url: string;
  readonly app: FastifyInstance;
  /** Answers what it has, takes nothing new, and ends. */
  close(): Promise<void>;
}

/** How long answers that are under way may take once the service is to end. */
const LAST_ANSWERS_MS = 1500;

export async function listening(
  app: FastifyInstance,
  name: string,
  { host = "127.0.0.1", port = 0 }: ServiceOptions,
): Promise<RunningService> {
  await app.listen({ host, port });
  const { address, port: bound, family } = app.server.address() as AddressInfo;
  const shown = family === "IPv6" ? `[${address}]` : address;
  return { name, app, url: `http://${shown}:${bound}`, close: () => app.close() };
}

/** Runs a file's service when the file is what the process was started with. */
export function runAsProcess(
  moduleUrl: string,
  start: () => Promise<RunningService | readonly RunningService[]>,
): void {
  const { argv } = process;
  if (argv[1] === undefined || realpathSync(argv[1]) !== fileURLToPath(moduleUrl)) return;
  // What start throws at once is told in the same way as what it rejects with.
  const starting = new Promise<RunningService | readonly RunningService[]>((resolve) => {
    resolve(start());
  });
  starting.then((started) => announce([started].flat()), fail);
}

function announce(services: readonly RunningService[]): void {
  for (const { name, url } of services) {
    process.stdout.write(`${JSON.stringify({ listening: url, service: name })}\n`);
  }
  const end = (): void => {
    const exit = (): never => process.exit(0);
    setTimeout(exit, LAST_ANSWERS_MS).unref();
    // What cannot be closed, such as a Redis that is away, ends with the process.
    void Promise.allSettled(services.map((service) => service.close())).then(exit);
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
}

function fail(error: unknown): void {
  const told = error instanceof EnvironmentError || error instanceof InvalidOptionsError;
  const { message, stack } = error as Error;
  process.stderr.write(`${told ? message : (stack ?? message)}\n`);
  process.exit(told ? 2 : 1);
}
