const TERMINAL_TICK_MS = 1_000;
const LOG_TICK_MS = 15_000;

/**
 * Says at once what is going on, and then for how long already: a line that counts on a terminal,
 * a line now and then in a log.
 * @param {string} what
 * @param {NodeJS.WriteStream} out
 */
export function startProgress(what, out = process.stderr) {
  const startedMs = performance.now();
  const seconds = () => Math.round((performance.now() - startedMs) / 1_000);
  const line = () => `${what} ... ${seconds()} s`;
  out.write(out.isTTY ? line() : `${what} ...\n`);
  const tick = () => out.write(out.isTTY ? `\r${line()}` : `${line()}\n`);
  const timer = setInterval(tick, out.isTTY ? TERMINAL_TICK_MS : LOG_TICK_MS);
  return {
    /** @param {string} word how it ended: "done" or "failed" */
    end(word) {
      clearInterval(timer);
      out.write(`${out.isTTY ? "\r" : ""}${what}: ${word} after ${seconds()} s\n`);
    },
  };
}
