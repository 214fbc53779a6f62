import type { IncomingMessage } from "node:http";
import { parseDuration } from "@breakwater/policy";
import { show } from "../attributes.ts";
import { checkBoolean } from "../checks.ts";
import { ProxyError } from "../errors.ts";
import type { FaultInput } from "../fault.ts";
import { checkTtl } from "../fault.ts";
import type { FaultProxyChange, FaultProxyOptions, FaultSpec } from "../types.ts";

const MAX_BODY_BYTES = 1024 * 1024;

type Fields = Readonly<Record<string, unknown>>;

/** @throws {ProxyError} 413 for a body above 1 MiB, 400 for what is not JSON */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new ProxyError(`request body too large: more than ${MAX_BODY_BYTES} bytes`, 413);
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (text.trim() === "") throw bad("EOF");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw bad(error instanceof Error ? error.message : String(error));
  }
}

/** An object's fields by name in lower case: Toxiproxy takes them in any. */
function fieldsOf(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw bad(`${show(value)} is not an object`);
  }
  const entries = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(entries.map(([name, field]) => [name.toLowerCase(), field]));
}

/** `where` is said after the name of a missing field: " at proxy 2". */
export function proxyOptions(value: unknown, where = ""): FaultProxyOptions {
  const fields = fieldsOf(value);
  for (const name of ["name", "upstream"]) {
    if ((fields[name] ?? "") === "") {
      throw new ProxyError(`missing required field: ${name}${where}`, 400);
    }
  }
  const faults = fields.toxics ?? [];
  if (!Array.isArray(faults)) throw bad(`toxics: ${show(faults)} is not a list`);
  return {
    // As Toxiproxy does it.
    upstreamDown: "close",
    ...settings(fields),
    // Whatever else came in their place is refused where the proxy is made.
    name: fields.name as string,
    upstream: fields.upstream as string,
    faults: faults.map((one) => faultInput(one) as FaultSpec),
  };
}

/**
 * The proxies that a JSON document in the format of POST /populate tells of.
 * @throws {ProxyError} 400
 */
export function proxiesFromJson(list: unknown): FaultProxyOptions[] {
  if (!Array.isArray(list)) throw bad("not a list of proxies");
  return list.map((one, i) => proxyOptions(one, ` at proxy ${i + 1}`));
}

export function proxyChange(value: unknown): FaultProxyChange {
  const fields = fieldsOf(value);
  const { upstream, ttl } = fields;
  return {
    ...settings(fields),
    ...(upstream === undefined ? {} : { upstream: upstream as string }),
    ...(ttl === undefined ? {} : { ttlMs: ttlOf(ttl) }),
  };
}

function settings({ listen, enabled, protocol, upstream_down }: Fields): object {
  if (enabled !== undefined) checkBoolean("enabled", enabled);
  return {
    ...(listen === undefined ? {} : { listen }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(upstream_down === undefined ? {} : { upstreamDown: upstream_down }),
  };
}

export function faultInput(value: unknown): FaultInput {
  const { name, type, stream, toxicity, attributes, ttl } = fieldsOf(value);
  return {
    name,
    type,
    stream: stream === "" ? undefined : stream,
    toxicity,
    attributes,
    ...(ttl === undefined ? {} : { ttlMs: ttlOf(ttl) }),
  };
}

/** Milliseconds, or a text such as "30s". */
function ttlOf(ttl: unknown): number {
  const ms = typeof ttl === "string" ? parseDuration(ttl as never) : ttl;
  return checkTtl(ms ?? ttl);
}

function bad(text: string): ProxyError {
  return new ProxyError(`bad request body: ${text}`, 400);
}
