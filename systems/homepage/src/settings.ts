/** The settings service: faults and policies of the running system. Run it with `node src/settings.ts`. */
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Revised } from "./service/follow.ts";
import { listening, type RunningService, runAsProcess } from "./service/listening.ts";
import { readOptions, type ServiceOptions } from "./service/options.ts";
import { HttpProblem } from "./service/problem.ts";
import { serve } from "./service/server.ts";
import { checkSettings } from "./settings/document.ts";
import { mergePatch } from "./settings/merge-patch.ts";
import { redisStore } from "./settings/redis-store.ts";
import { sqliteStore } from "./settings/sqlite-store.ts";
import type { SettingsStore } from "./settings/store.ts";

export interface SettingsOptions extends ServiceOptions {
  readonly store: SettingsStore;
}

/** What a change is made of: the settings before, and the body that came. */
type Change = (before: unknown, body: unknown) => unknown;

/** Several writers that meet are tried again so often. */
const MOST_TRIES = 20;
/** How often a waiting reader looks whether somebody else has written to the same store. */
const LOOK_MS = 500;
const MOST_WAIT_S = 60;

export async function createSettingsService(options: SettingsOptions): Promise<RunningService> {
  const { store } = options;
  const { app } = await serve("settings", options);
  const changes = new EventTarget();
  let closing = false;
  parseJsonHowever(app);
  app.get("/settings", async (_request, reply) => answer(reply, await store.read()));
  const changing = (change: Change) => async (request: FastifyRequest, reply: FastifyReply) => {
    const now = await changed(store, request, change);
    changes.dispatchEvent(new Event("change"));
    return answer(reply, now);
  };
  app.put(
    "/settings",
    changing((_before, body) => body),
  );
  app.patch("/settings", changing(mergePatch));
  app.get("/settings/changes", async (request, reply) => {
    const { after, wait } = waitOf(request.query as Record<string, unknown>);
    const untilMs = performance.now() + wait * 1000;
    while (!closing) {
      const now = await store.read();
      // Smaller ones count too: whoever empties the store begins anew.
      if (now.revision !== after) return now;
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0) break;
      await somethingNew(changes, Math.min(leftMs, LOOK_MS));
    }
    return reply.code(204).send();
  });
  app.addHook("preClose", async () => {
    closing = true;
    changes.dispatchEvent(new Event("change"));
  });
  app.addHook("onClose", () => store.close());
  return listening(app, "settings", options);
}

/** The demonstration's own examples send JSON under the content type of forms, which is curl's habit. */
function parseJsonHowever(app: FastifyInstance): void {
  const types = ["application/merge-patch+json", "application/x-www-form-urlencoded"];
  const parser = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser(types, { parseAs: "string" }, parser);
}

function answer(reply: FastifyReply, { revision, settings }: Revised) {
  return reply.header("etag", `"${revision}"`).send(settings);
}

/** @throws InvalidOptionsError when the result would be no settings; nothing has changed then */
async function changed(
  store: SettingsStore,
  { body, headers }: FastifyRequest,
  change: Change,
): Promise<Revised> {
  if (body === undefined || body === null) throw new HttpProblem(400, "a JSON object is missing");
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { revision, settings: before } = await store.read();
    const match = headers["if-match"];
    if (match !== undefined && match !== "*" && match !== `"${revision}"`) {
      throw new HttpProblem(412, `the settings have changed: they are at revision "${revision}"`);
    }
    const settings = checkSettings(change(before, body));
    if (await store.write(settings, revision)) return { revision: revision + 1, settings };
  }
  throw new HttpProblem(409, "others change the settings all the time; try again");
}

function waitOf({ after = "-1", wait = "0" }: Record<string, unknown>) {
  const revision = Number(after);
  const seconds = Number(wait);
  if (!Number.isSafeInteger(revision)) throw new HttpProblem(400, "after is no revision");
  if (!(seconds >= 0 && seconds <= MOST_WAIT_S)) {
    throw new HttpProblem(400, `wait is no number of seconds from 0 to ${MOST_WAIT_S}`);
  }
  return { after: revision, wait: seconds };
}

async function somethingNew(changes: EventTarget, ms: number): Promise<void> {
  const waiting = new AbortController();
  const heard = (): void => waiting.abort();
  changes.addEventListener("change", heard, { once: true });
  await pause(ms, undefined, { signal: waiting.signal }).catch(() => {});
  changes.removeEventListener("change", heard);
}

/** Redis where `REDIS_URL` names one, otherwise a file. */
export async function storeOf(env: NodeJS.ProcessEnv): Promise<SettingsStore> {
  const { REDIS_URL, SETTINGS_FILE } = env;
  if (REDIS_URL) return redisStore(REDIS_URL);
  return sqliteStore(
    SETTINGS_FILE || fileURLToPath(new URL("../.data/settings.db", import.meta.url)),
  );
}

runAsProcess(import.meta.url, async () => {
  const store = await storeOf(process.env);
  process.stderr.write(`The settings are kept in ${store.about}.\n`);
  return createSettingsService({ ...readOptions(process.env, 8004), store });
});
