import { MOST_PROCESSES, type SharedStore } from "./store.ts";

/** A client of Redis that can send any command: ioredis (`call`), node-redis (`sendCommand`), and others like them. */
export type RedisClient =
  | { call(command: string, ...args: string[]): Promise<unknown> }
  | { sendCommand(args: string[]): Promise<unknown> };

export interface RedisStoreOptions {
  /** Begins every key; "breakwater" unless given. */
  readonly prefix?: string;
}

/**
 * Two sorted sets per circuit: who is alive, and who of them has it open, both by when the vote expires on the
 * server's clock, so the clocks of the processes need not agree. Keys of one circuit share a hash tag, as a cluster
 * needs it, and expire with the last vote.
 */
const PUBLISH = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local ttl = tonumber(ARGV[3])
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
if ttl > 0 then
  redis.call('ZADD', KEYS[1], now + ttl, ARGV[1])
  if ARGV[2] == '1' then redis.call('ZADD', KEYS[2], now + ttl, ARGV[1]) end
end
for i = 1, 2 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  redis.call('ZREMRANGEBYRANK', KEYS[i], 0, -1 - tonumber(ARGV[4]))
  local last = redis.call('ZRANGE', KEYS[i], -1, -1, 'WITHSCORES')
  if last[2] then redis.call('PEXPIREAT', KEYS[i], last[2]) end
end
return 1`;

const READ = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
return { redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf'), redis.call('ZCOUNT', KEYS[2], '(' .. now, '+inf') }`;

/** Votes in Redis 5 or newer. Each publish and each read is one command. */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): SharedStore {
  const { prefix = "breakwater" } = options;
  const send = (script: string, name: string, ...args: string[]) => {
    // Braces in a name would be taken for a hash tag.
    const tag = `${prefix}:{${encodeURIComponent(name)}}`;
    const words = [script, "2", `${tag}:live`, `${tag}:open`, ...args];
    if ("call" in client) return client.call("EVAL", ...words);
    return client.sendCommand(["EVAL", ...words]);
  };
  return {
    async publish({ name, processId, open, ttlMs }) {
      const ttl = String(Math.ceil(ttlMs));
      await send(PUBLISH, name, processId, open ? "1" : "0", ttl, String(MOST_PROCESSES));
    },
    async read(name) {
      const [live, open] = (await send(READ, name)) as [unknown, unknown];
      return { live: Number(live), open: Number(open) };
    },
  };
}
