import { setTimeout as pause } from "node:timers/promises";
import { policy } from "breakwater";
import { policyFetch } from "breakwater/fetch";
import { checkSettings, type Settings } from "../settings/document.ts";

/** Settings and how often they have been changed; 0 is for those that nobody has changed yet. */
export interface Revised {
  readonly revision: number;
  readonly settings: Settings;
}

/** What comes may be from something else than a settings service. */
function revisedOf(body: unknown): Revised {
  const { revision, settings } = (body ?? {}) as Partial<Revised>;
  if (!Number.isSafeInteger(revision)) throw new Error("these are no settings");
  return { revision: revision as number, settings: checkSettings(settings) };
}

/** How soon it is asked again after an answer that cannot be used. */
const AGAIN_MS = 500;
/** How long a service asks the settings service to wait for a change. */
const WAIT_S = 10;

/**
 * Follows the settings of the running system: hears of each change within the time of a request. While the settings
 * service is away, the last settings stay in force.
 * @returns ends the following
 */
export function followSettings(url: string, changed: (now: Revised) => void): () => void {
  const leaving = new AbortController();
  const { signal } = leaving;
  const get = policyFetch(
    policy({
      name: "settings",
      idempotent: true,
      timeout: (WAIT_S + 5) * 1000,
      retry: { attempts: 20, backoff: { base: "50ms", cap: "1s" } },
    }),
    { propagate: false },
  );
  const follow = async (): Promise<void> => {
    let revision = -1;
    while (!signal.aborted) {
      const path = `/settings/changes?after=${revision}&wait=${WAIT_S}`;
      const response = await get(new URL(path, url), { signal });
      if (response.status === 200) {
        const now = revisedOf(await response.json());
        revision = now.revision;
        changed(now);
      } else if (response.status !== 204) throw new Error(`it has answered ${response.status}`);
    }
  };
  const again = async (): Promise<void> => {
    while (!signal.aborted) await follow().catch(() => pause(AGAIN_MS));
  };
  void again();
  return () => leaving.abort();
}
