import { type Policy, policy } from "breakwater";
import { createClient } from "redis";
import { decoded, NOTHING_SET, type SettingsStore } from "./store.ts";

const KEY = "homepage:settings";

/** Writes the document if the revision is still the one that the writer knew; answers whether it did. */
const WRITE = `local known = tonumber(redis.call("HGET", KEYS[1], "revision") or "0")
if known ~= tonumber(ARGV[1]) then return 0 end
redis.call("HSET", KEYS[1], "revision", known + 1, "document", ARGV[2])
return 1`;

/** One hash in Redis. A Redis that does not answer in time is an error, not a wait. */
export async function redisStore(url: string): Promise<SettingsStore> {
  const client = createClient({
    url,
    socket: { reconnectStrategy: (tries) => Math.min(tries * 50, 1000) },
  });
  // Errors of the connection: each command that fails for them says so itself.
  client.on("error", () => {});
  const guard: Policy = policy({
    name: "redis",
    timeout: "1s",
    circuitBreaker: { window: { kind: "consecutive", failures: 5 }, openFor: "1s" },
  });
  // Not waited for: a service whose Redis is away answers 503 until it is back.
  void client.connect().catch(() => {});
  return {
    about: `Redis at ${new URL(url).host}`,
    read: () =>
      guard.run(async () => {
        const { revision, document } = await client.hGetAll(KEY);
        return document === undefined ? NOTHING_SET : decoded(Number(revision), document);
      }),
    write: (settings, since) =>
      guard.run(async ({ signal }) => {
        const args = { keys: [KEY], arguments: [String(since), JSON.stringify(settings)] };
        return (await client.withAbortSignal(signal).eval(WRITE, args)) === 1;
      }),
    close: async () => client.destroy(),
  };
}
