import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { CommandInput, OptionTable } from "../../arguments/command.ts";
import { fileProblem, UserError } from "../../errors.ts";
import { EnvironmentError } from "./problems.ts";

export const apiOptions = {
  host: {
    type: "value",
    value: "URL",
    about: "The proxy's API; TOXIPROXY_URL, or http://localhost:8474.",
  },
} satisfies OptionTable;

export interface ShownToxic {
  readonly name: string;
  readonly type: string;
  readonly stream: string;
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly struck?: number;
  readonly expires_in?: number;
}

export interface ShownProxy {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly ShownToxic[];
}

/** Asks the API. `doing` begins the message when it refuses: "Failed to create proxy". */
export async function ask<T>(
  { args, io }: CommandInput,
  doing: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const base = baseUrl(args.values.get("host") ?? io.env.TOXIPROXY_URL ?? "http://localhost:8474");
  const url = `${base}${path}`;
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    text = await answer.text();
  } catch {
    const hint = "start one with: breakwater proxy";
    throw new EnvironmentError(`${doing}: no proxy answers at ${base}; ${hint}`);
  }
  const found = parsed(text);
  if (answer.ok) return found as T;
  const reason = (found as { error?: string } | undefined)?.error ?? `status ${answer.status}`;
  throw new UserError(`${doing}: ${reason}`);
}

function baseUrl(text: string): string {
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url === null)
    throw new UserError(`--host ${text}: is not a URL such as http://localhost:8474`);
  return url.origin;
}

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** "/proxies/NAME" and what stands below it. */
export function pathOf(name: string, ...more: string[]): string {
  return ["/proxies", ...[name, ...more].map(encodeURIComponent)].join("/");
}

/** The one word that a verb needs. */
export function nameOf({ args }: CommandInput): string {
  const [name, extra] = args.positionals;
  if (name === undefined) throw new UserError("name the proxy; see: breakwater help proxy");
  if (extra !== undefined) throw new UserError(`${extra} is one word too many; see --help`);
  return name;
}

export function readJsonFile(path: string, cwd: string): unknown {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${fileProblem(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
