import { array, bulk, error, integer, map, nothing, OK, type Protocol, simple } from "./replies.ts";
import { CommandError, type Store, wholeNumber } from "./store.ts";

/** The version of the stand-in itself. */
export const VERSION = "0.1.0";

/** One connection, as commands see and change it. */
export interface Session {
  readonly id: number;
  protocol: Protocol;
  name: string;
  /** Hears of every command from now on. */
  monitoring: boolean;
}

export interface CommandContext {
  readonly store: Store;
  readonly session: Session;
  /** What INFO tells, without line ends. */
  readonly info: () => readonly string[];
  /** The settings that CONFIG GET tells. */
  readonly settings: Readonly<Record<string, string>>;
  readonly quit: () => void;
  readonly shutdown: () => void;
}

interface CommandSpec {
  /** How many words may follow the command's name. */
  readonly words: readonly [least: number, most: number];
  readonly run: (words: readonly string[], context: CommandContext) => string;
}

const ANY = Number.POSITIVE_INFINITY;

const add = (key: string, amount: bigint, { store }: CommandContext): string =>
  integer(store.add(key, amount));

const COMMANDS: Readonly<Record<string, CommandSpec>> = {
  ping: { words: [0, 1], run: ([text]) => (text === undefined ? simple("PONG") : bulk(text)) },
  echo: { words: [1, 1], run: ([text = ""]) => bulk(text) },
  get: {
    words: [1, 1],
    run: ([key = ""], { store, session }) => {
      const value = store.get(key);
      return value === undefined ? nothing(session.protocol) : bulk(value);
    },
  },
  set: { words: [2, ANY], run: set },
  del: { words: [1, ANY], run: (keys, { store }) => count(keys, (key) => store.delete(key)) },
  exists: {
    words: [1, ANY],
    run: (keys, { store }) => count(keys, (key) => store.get(key) !== undefined),
  },
  incr: { words: [1, 1], run: ([key = ""], context) => add(key, 1n, context) },
  decr: { words: [1, 1], run: ([key = ""], context) => add(key, -1n, context) },
  incrby: {
    words: [2, 2],
    run: ([key = "", by = ""], context) => add(key, wholeNumber(by), context),
  },
  dbsize: { words: [0, 0], run: (_, { store }) => integer(store.size) },
  select: {
    words: [1, 1],
    run: ([index]) => (index === "0" ? OK : error("ERR the stand-in has one database, number 0")),
  },
  info: { words: [0, ANY], run: (_, { info }) => bulk(`${info().join("\r\n")}\r\n`) },
  hello: { words: [0, ANY], run: hello },
  client: { words: [1, ANY], run: client },
  // Clients ask what there is, to offer it while one types. They do without.
  command: { words: [0, ANY], run: () => array([]) },
  config: { words: [1, ANY], run: config },
  monitor: {
    words: [0, 0],
    run: (_, { session }) => {
      session.monitoring = true;
      return OK;
    },
  },
  quit: { words: [0, 0], run: (_, { quit }) => leave(quit) },
  shutdown: { words: [0, ANY], run: (_, { shutdown }) => leave(shutdown) },
};

/** Carries out one command. Never throws: what is wrong with it is its reply. */
export function execute(request: readonly string[], context: CommandContext): string {
  const [given = "", ...words] = request;
  const name = given.toLowerCase();
  const spec = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (spec === undefined) {
    const known = Object.keys(COMMANDS).join(" ");
    return error(
      `ERR unknown command '${given.slice(0, 40)}': this stand-in for Redis knows only ${known}`,
    );
  }
  if (words.length < spec.words[0] || words.length > spec.words[1]) {
    return error(`ERR wrong number of arguments for '${name}' command`);
  }
  try {
    return spec.run(words, context);
  } catch (problem) {
    if (problem instanceof CommandError) return error(problem.message);
    throw problem;
  }
}

function count(keys: readonly string[], counts: (key: string) => boolean): string {
  return integer(keys.filter(counts).length);
}

function set([key = "", value = "", ...options]: readonly string[], { store }: CommandContext) {
  // To leave an option out silently would be a wrong answer: EX and NX change what is stored.
  if (options.length > 0) return error("ERR syntax error: the stand-in's SET takes no options");
  store.set(key, value);
  return OK;
}

function hello([version, ...options]: readonly string[], { session }: CommandContext): string {
  if (version !== undefined && version !== "2" && version !== "3") {
    return error("NOPROTO unsupported protocol version");
  }
  for (let i = 0; i < options.length; i++) {
    const option = options[i]?.toLowerCase();
    if (option === "setname" && options[i + 1] !== undefined) session.name = options[++i] as string;
    else if (option === "auth") return error("ERR the stand-in has no users and no passwords");
    else return error(`ERR syntax error in HELLO option '${option}'`);
  }
  if (version !== undefined) session.protocol = version === "3" ? 3 : 2;
  return map(
    [
      ["server", bulk("breakwater-stand-in")],
      ["version", bulk(VERSION)],
      ["proto", integer(session.protocol)],
      ["id", integer(session.id)],
      ["mode", bulk("standalone")],
      ["role", bulk("master")],
      ["modules", array([])],
    ],
    session.protocol,
  );
}

function client([given = "", ...words]: readonly string[], { session }: CommandContext): string {
  const what = given.toLowerCase();
  if (what === "id" && words.length === 0) return integer(session.id);
  if (what === "setinfo" && words.length === 2) return OK;
  if (what === "getname" && words.length === 0) return bulk(session.name);
  if (what === "setname" && words.length === 1) {
    session.name = words[0] as string;
    return OK;
  }
  return error(
    "ERR unknown subcommand or wrong number of arguments for 'client': the stand-in knows id, setinfo, getname, setname",
  );
}

function config([given = "", ...patterns]: readonly string[], context: CommandContext): string {
  if (given.toLowerCase() !== "get" || patterns.length === 0) {
    return error("ERR the stand-in's CONFIG knows only GET");
  }
  const wanted = new Set(patterns.map((pattern) => pattern.toLowerCase()));
  const found = Object.entries(context.settings).filter(([name]) => wanted.has(name));
  return map(
    found.map(([name, value]) => [name, bulk(value)]),
    context.session.protocol,
  );
}

function leave(how: () => void): string {
  how();
  return OK;
}
