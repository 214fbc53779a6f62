/** Services in the process of the test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createRetailService, type RetailOptions } from "../src/retail-service.ts";
import { sqliteStore } from "../src/store/sqlite.ts";
import type { Store } from "../src/store/store.ts";

export interface Running {
  readonly url: string;
  readonly store: Store;
  /** The breaker's event lines. */
  readonly said: string[];
  close(): Promise<void>;
}

/** Starts services, and ends them with their files when `end` is called. */
export class Services {
  readonly folder = mkdtempSync(join(tmpdir(), "retail-"));
  readonly #running = new Set<Running>();

  async start(options: Partial<RetailOptions> & { readonly id: string }, port = 0) {
    const file = `${options.id}-${this.#running.size}.sqlite`;
    const store = options.store ?? sqliteStore(join(this.folder, file));
    const said: string[] = [];
    const service = await createRetailService({
      say: (line) => said.push(line),
      writeAccess: () => {},
      ...options,
      store,
    });
    const url = await service.listen(port);
    const running = { url, store, said, close: () => service.close() };
    this.#running.add(running);
    return running;
  }

  async end(): Promise<void> {
    await Promise.all([...this.#running].map((each) => each.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

/** The seed's example. */
export const orderOf = (id: string, amount = 0) => ({
  id,
  items: [],
  payment: { amount, id: "1", shipment: { id: "1", directions: "home" } },
});

/** Waits until it holds; fails after 5 s. */
export async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!(await what())) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await pause(20);
  }
}
