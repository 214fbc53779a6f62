/** The store and the page together: node src/all.ts. See docs/systems/visits.md. */

import { readSettings } from "./page/settings.ts";
import { announce, endWithProcess, fail } from "./process/entry.ts";
import { startPage, startStore } from "./process/start.ts";

try {
  // Mistakes are told before anything runs.
  readSettings(process.env);
  const store = await startStore(process.env);
  process.stderr.write(`${store.about}\n`);
  const page = await startPage({ ...process.env, REDIS_URL: store.url });
  // One without the other is no system: when one ends by itself, the other is ended too.
  const close = async (): Promise<void> => {
    await page.stop();
    await store.stop();
  };
  void Promise.race([page.ended, store.ended]).then(async (what) => {
    process.stderr.write(`${what}\n`);
    await close();
    process.exit(1);
  });
  endWithProcess({ close });
  announce("visits", page.url, {
    page: { pid: page.pid },
    store: { kind: store.kind, url: store.url, pid: store.pid ?? null },
  });
} catch (error) {
  fail(error);
}
