import type { IncomingMessage } from "node:http";
import type { Fault } from "../fault.ts";
import type { RequestEffect } from "../faults/kind.ts";
import type { Direction, RequestMatch } from "../types.ts";

export interface Planned {
  readonly fault: Fault;
  readonly stream: Direction;
  readonly effect: RequestEffect;
}

/** What strikes this request. Counts it as matched, and as struck, for each fault. */
export function plan(
  faults: readonly Fault[],
  request: IncomingMessage,
  seed: number,
  proxyName: string,
): Planned[] {
  return faults.flatMap((fault) => {
    const make = fault.kind.request;
    const match = fault.attributes as RequestMatch;
    if (make === undefined || !matches(match, request)) return [];
    const index = fault.matched++;
    if (!inTurn(match, index) || !fault.strikes(seed, proxyName, "request", index)) return [];
    fault.struck++;
    const random = fault.random(seed, proxyName, "request", index);
    return [{ fault, stream: fault.stream, effect: make(fault.attributes as never, random) }];
  });
}

function matches({ method, path }: RequestMatch, request: IncomingMessage): boolean {
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  const [asked = ""] = (request.url ?? "").split("?", 1);
  return path === undefined || globMatches(path, asked);
}

function inTurn({ first = 0, every = 0 }: RequestMatch, index: number): boolean {
  return (first === 0 || index < first) && (every === 0 || (index + 1) % every === 0);
}

/** `*` stands for any text. Looks for the parts between the stars from left to right, so it takes linear time. */
function globMatches(pattern: string, text: string): boolean {
  const [head = "", ...parts] = pattern.split("*");
  const tail = parts.pop();
  if (tail === undefined) return pattern === text;
  if (!text.startsWith(head) || !text.endsWith(tail)) return false;
  let at = head.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= text.length - tail.length;
}
