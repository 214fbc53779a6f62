/** Commands that change nothing, in lower case: they can be sent again whatever became of the first time. */
const READS = new Set(
  `bitcount bitfield_ro bitpos dbsize digest dump echo eval_ro evalsha_ro exists expiretime fcall_ro geodist geohash
  geopos georadius_ro georadiusbymember_ro geosearch get getbit getrange hexists hexpiretime hget hgetall hkeys hlen
  hmget hpexpiretime hpttl hrandfield hscan hstrlen httl hvals keys lcs lindex llen lpos lrange mget object pexpiretime
  pfcount ping pttl randomkey scan scard sdiff sinter sintercard sismember smembers smismember sort_ro srandmember
  sscan strlen substr sunion time ttl type xinfo xlen xpending xrange xrevrange zcard zcount zdiff zinter zintercard
  zlexcount zmscore zrandmember zrange zrangebylex zrangebyscore zrank zrevrange zrevrangebylex zrevrangebyscore
  zrevrank zscan zscore zunion`.split(/\s+/),
);

/** Commands that wait by design, or that change what the connection is. */
const APART = new Set(
  `asking auth blmove blmovem blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin client discard exec hello monitor
  multi psubscribe psync punsubscribe quit readonly readwrite reset select shutdown ssubscribe subscribe sunsubscribe
  sync unsubscribe unwatch wait waitaof watch xread xreadgroup`.split(/\s+/),
);

/** The Redis command behind "zrange_withscores" is "zrange"; "eval_ro" is one of its own. */
function baseOf(name: string): string {
  return READS.has(name) || APART.has(name) ? name : (name.split("_", 1)[0] as string);
}

/** Whether a command, in lower case, changes nothing. */
export function isRead(command: string): boolean {
  return READS.has(baseOf(command));
}

/**
 * Which methods of a client are commands, by their name in lower case without underscores: "hgetall" stands for
 * hgetall, hGetAll and HGETALL. Commands that wait by design or change the connection are left out.
 */
export function commandsOf(client: object): ReadonlyMap<string, string> {
  const commands = new Map<string, string>();
  for (const name of namesOf(client)) {
    if (!APART.has(baseOf(name))) commands.set(name.replaceAll("_", ""), name);
  }
  return commands;
}

function namesOf(client: object): string[] {
  const { getBuiltinCommands } = client as { getBuiltinCommands?: () => string[] };
  // ioredis has a list, and a second method of each command, for replies in bytes.
  if (getBuiltinCommands !== undefined) {
    return getBuiltinCommands.call(client).flatMap((name) => [name, `${name}_buffer`]);
  }
  const names = new Set<string>();
  for (let each = client; each !== null; each = Object.getPrototypeOf(each)) {
    for (const name of Object.getOwnPropertyNames(each)) names.add(name);
  }
  // node-redis has each command under its name in capitals as well.
  return [...names].filter((name) => /^[A-Z][A-Z0-9_]*$/.test(name)).map((n) => n.toLowerCase());
}

/** Answers of a server that cannot serve anybody just now. */
const UNABLE = /^(?:LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|READONLY|NOREPLICAS|MISCONF) /;

/**
 * Whether the server has answered that this command is wrong: it begins with a word in capitals, such as
 * "WRONGTYPE". That is no failure of the server.
 */
export function isReplyToBlameOnCommand(error: unknown): boolean {
  if (!(error instanceof Error) || "errno" in error) return false;
  return /^[A-Z]{3,} /.test(error.message) && !UNABLE.test(error.message);
}
