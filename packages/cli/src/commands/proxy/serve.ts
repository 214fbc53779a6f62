import { createFaultProxies, ProxyError, proxiesFromJson, serveAdmin } from "@breakwater/live";
import { parseDuration } from "@breakwater/policy";
import type { CommandInput, OptionTable } from "../../arguments/command.ts";
import { numberOption } from "../../arguments/parse.ts";
import { UserError } from "../../errors.ts";
import { EXIT } from "../../io.ts";
import { readJsonFile } from "./api.ts";
import { EnvironmentError } from "./problems.ts";

export const serveOptions = {
  host: { type: "value", value: "HOST", about: "Where the API listens; 127.0.0.1." },
  port: { type: "value", value: "PORT", about: "The API's port; 8474. 0 takes any free one." },
  config: { type: "value", value: "FILE", about: "A JSON file with proxies to begin with." },
  seed: {
    type: "value",
    value: "N",
    about: "Decides every draw; the same seed, the same draws; 0.",
  },
  ttl: {
    type: "value",
    value: "DURATION",
    about: "Every toxic that names no time of its own is removed after this time, such as 60s.",
  },
  "proxy-metrics": { type: "flag", about: "Serve GET /metrics, for Prometheus." },
  "allow-host": {
    type: "value",
    value: "NAME",
    about: "A host name by which the API may be asked, besides localhost. Repeatable.",
  },
  "allow-origin": {
    type: "value",
    value: "ORIGIN",
    about: "A web page's origin that may use the API. Repeatable.",
  },
} satisfies OptionTable;

/** Serves until the process is told to end. */
export async function serveProxies({ args, io }: CommandInput): Promise<number> {
  const [word] = args.positionals;
  if (word !== undefined) {
    throw new UserError(`proxy has no verb ${word}; see: breakwater help proxy`);
  }
  const seed = numberOption(args, "seed", { min: 0, max: 2 ** 53 - 1, integer: true, unit: "" });
  const port = numberOption(args, "port", { min: 0, max: 65_535, integer: true, unit: "" });
  const host = args.values.get("host");
  const ttl = args.values.get("ttl");
  const ttlMs = ttl === undefined ? 0 : parseDuration(ttl as never);
  if (ttlMs === undefined) throw new UserError(`--ttl ${ttl}: is not a duration such as 60s`);
  const config = args.values.get("config");
  const file = config === undefined ? [] : readJsonFile(config, io.cwd);
  const proxies = createFaultProxies({ seed: seed ?? 0, defaultTtlMs: ttlMs });
  try {
    const list = await proxies.populate(proxiesFromJson(file));
    const admin = await serveAdmin(proxies, {
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      allowedHosts: args.repeated.get("allow-host") ?? [],
      allowedOrigins: args.repeated.get("allow-origin") ?? [],
      metrics: args.flags.has("proxy-metrics"),
    });
    io.out(`listening on ${admin.url}\n`);
    for (const { name, listen, upstream } of list) io.out(`${name}: ${listen} -> ${upstream}\n`);
    await toldToEnd();
    await admin.close();
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error;
    if (error.status < 500) throw new UserError(`${config}: ${error.message}`);
    throw new EnvironmentError(error.message);
  } finally {
    await proxies.close();
  }
  return EXIT.met;
}

function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
