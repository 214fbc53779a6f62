import type { Incoming } from "../http/incoming.ts";
import { Outgoing, type OutgoingOptions } from "../http/outgoing.ts";
import type { Policy } from "../types.ts";
import { commandsOf, isRead, isReplyToBlameOnCommand } from "./redis-commands.ts";

export interface PolicyRedisOptions extends Pick<OutgoingOptions, "retryOwner"> {
  /**
   * Which commands, in lower case, may be sent again after a failure: those that change nothing, unless given. A
   * write that was given up may still be carried out, and later than a second one.
   */
  readonly mayRepeat?: ((command: string, args: readonly unknown[]) => boolean) | undefined;
}

/** A client whose commands go under a policy. */
export type PolicyRedis<Client> = Client & {
  /** The same on behalf of a request: its deadline, priority and signal hold for every command. */
  under(incoming: Incoming): PolicyRedis<Client>;
};

type Method = (...args: unknown[]) => unknown;
type Answer = { readonly reply: unknown } | { readonly error: unknown };

/**
 * Wraps a client of node-redis or ioredis: every command is one call under the policy. An answer such as WRONGTYPE is
 * an answer, neither a failure nor tried again. Not under the policy are: commands that wait by design (blPop, xRead),
 * those that change the connection (subscribe, select), transactions and pipelines, modules (json, ft), and commands
 * with a callback.
 */
export function policyRedis<Client extends object>(
  client: Client,
  policy: Policy<never>,
  options: PolicyRedisOptions = {},
): PolicyRedis<Client> {
  const { mayRepeat = isRead } = options;
  const outgoing = new Outgoing(policy, options);
  const commands = commandsOf(client);

  const run = async (
    from: Incoming | undefined,
    command: string,
    key: string,
    args: unknown[],
  ): Promise<unknown> => {
    const call = outgoing.call(from, mayRepeat(command, args), from?.signal);
    const answer = await policy.run(({ signal }) => send(client, key, args, signal), call.run);
    if ("error" in answer) throw answer.error;
    return answer.reply;
  };

  const wrap = (from: Incoming | undefined): PolicyRedis<Client> =>
    new Proxy(client, {
      get(target, key) {
        if (key === "under") return wrap;
        const value = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        const plain: Method = value.bind(target);
        if (typeof key !== "string") return plain;
        const generic = key === "sendCommand" || key === "call";
        const command = commands.get(key.replaceAll("_", "").toLowerCase());
        if (command === undefined && !generic) return plain;
        return (...args: unknown[]) => {
          const name = command ?? commands.get(genericName(args).toLowerCase());
          if (name === undefined || typeof args.at(-1) === "function") return plain(...args);
          return run(from, name, key, args);
        };
      },
    }) as PolicyRedis<Client>;
  return wrap(undefined);
}

async function send(
  client: object,
  key: string,
  args: unknown[],
  signal: AbortSignal,
): Promise<Answer> {
  // node-redis can take back what was not sent yet; else it would be carried out when the connection is back.
  const { withAbortSignal } = client as { withAbortSignal?: (signal: AbortSignal) => object };
  const target = withAbortSignal === undefined ? client : withAbortSignal.call(client, signal);
  const method = Reflect.get(target, key) as Method;
  try {
    return { reply: await method.apply(target, args) };
  } catch (error) {
    if (isReplyToBlameOnCommand(error)) return { error };
    throw error;
  }
}

/** `sendCommand(["GET", "a"])`, `call("get", "a")`; ioredis' own sendCommand takes an object, and stays as it is. */
function genericName(args: readonly unknown[]): string {
  const [first] = args;
  const name = Array.isArray(first) ? first[0] : first;
  return typeof name === "string" ? name : "";
}
