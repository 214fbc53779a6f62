/** What every entry file of this system does in the same way. */

import { SettingError } from "../page/settings.ts";

/** Something that can be ended. */
interface Closable {
  close(): Promise<void>;
}

/** After this the process ends whatever is still under way. */
const LONGEST_END_MS = 1500;

/** Says on standard output, in one line of JSON, that the service can be used now, and where. */
export function announce(service: string, url: string, more: object = {}): void {
  process.stdout.write(`${JSON.stringify({ listening: url, service, ...more })}\n`);
}

/**
 * Ends the process, gracefully and soon, on SIGTERM, on Ctrl-C, and when the process that started it and kept a
 * channel to it is gone: what a killed parent leaves behind would go on counting.
 */
export function endWithProcess(running: Closable): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(0), LONGEST_END_MS).unref();
    running.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  process.on("disconnect", end);
}

/** Tells a mistake in the settings in one line, anything else with its place, and ends with 2. */
export function fail(error: unknown): never {
  const text =
    error instanceof SettingError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`error: ${text}\n`);
  process.exit(2);
}
