/** Runs one service as a process. */
import { InvalidOptionsError } from "breakwater";
import { ConfigError, type Env, readConfig } from "./config.ts";
import { createRetailService, type RetailService } from "./retail-service.ts";
import { openStore } from "./store/open.ts";

/** Whoever ends the process waits no longer than this, whatever is under way. Milliseconds. */
const GRACE_MS = 1800;

/** Listens, says so in one line, and ends on SIGTERM and SIGINT. Settings that are wrong end it with status 2. */
export async function serve(env: Env): Promise<void> {
  let service: RetailService | undefined;
  try {
    const config = readConfig(env);
    const started = await createRetailService({ ...config, ...openStore(config) });
    service = started;
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => end(started));
    const address = await started.listen(config.port, config.host);
    process.stdout.write(`${JSON.stringify({ listening: address, service: config.id })}\n`);
  } catch (error) {
    const settings = error instanceof ConfigError || error instanceof InvalidOptionsError;
    process.stderr.write(`${settings ? error.message : (error as Error).stack}\n`);
    process.exitCode = settings ? 2 : 1;
    await service?.close();
  }
}

function end(service: RetailService): void {
  // What is still out then is in the outbox.
  setTimeout(() => process.exit(0), GRACE_MS).unref();
  service.close().catch((error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  });
}
