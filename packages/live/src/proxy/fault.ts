import { Alarm } from "./alarm.ts";
import { type Attributes, checkAttributes, show } from "./attributes.ts";
import { draw, draws } from "./draws.ts";
import { ProxyError } from "./errors.ts";
import type { FaultKind } from "./faults/kind.ts";
import { faultKind } from "./registry.ts";
import type { Direction, FaultState } from "./types.ts";

/** 24.8 days, the most that setTimeout takes. */
const MAX_TTL_MS = 2_147_483_647;
const NAME = /^[^\p{Cc}/]{1,200}$/u;

/** What may be wrong in every way: it comes from a program or over the wire. */
export interface FaultInput {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly stream?: unknown;
  readonly toxicity?: unknown;
  readonly attributes?: unknown;
  readonly ttlMs?: unknown;
}

/** One fault of one proxy: what it is, whom it strikes, and when it heals by itself. */
export class Fault {
  readonly name: string;
  readonly kind: FaultKind;
  readonly stream: Direction;
  toxicity: number;
  attributes: Attributes;
  struck = 0;
  /** Requests that matched an HTTP fault so far. */
  matched = 0;
  /** Called when the fault goes, for requests that it holds. */
  readonly wake = new Set<() => void>();
  #ttlMs = 0;
  readonly #alarm = new Alarm();

  /** @throws {ProxyError} 400 on bad input */
  constructor(input: FaultInput) {
    const stream = input.stream ?? "downstream";
    if (stream !== "upstream" && stream !== "downstream") {
      throw new ProxyError("stream was invalid, can be either upstream or downstream", 400);
    }
    const kind = typeof input.type === "string" ? faultKind(input.type) : undefined;
    if (kind === undefined) throw new ProxyError("invalid toxic type", 400);
    this.kind = kind;
    this.stream = stream;
    this.name = checkName("name", input.name || `${kind.type}_${stream}`);
    this.toxicity = checkToxicity(input.toxicity ?? 1);
    this.attributes = checkAttributes(kind, input.attributes, {});
  }

  get streams(): readonly Direction[] {
    return this.kind.bothWays ? ["upstream", "downstream"] : [this.stream];
  }

  /** Takes what is given, all or nothing. @throws {ProxyError} 400 */
  change(input: FaultInput): void {
    const attributes = checkAttributes(this.kind, input.attributes, this.attributes);
    this.toxicity = checkToxicity(input.toxicity ?? this.toxicity);
    this.attributes = attributes;
  }

  /** `heal` is called after so many ms; 0: never. Starts anew when called again. */
  expire(ttlMs: number, heal: () => void): void {
    this.#ttlMs = ttlMs;
    if (ttlMs > 0) this.#alarm.set(ttlMs, heal);
    else this.#alarm.clear();
  }

  /** The fault is gone. */
  stop(): void {
    this.#alarm.clear();
    for (const wake of this.wake) wake();
    this.wake.clear();
  }

  /** Does it strike the connection, or the request, with this index? The same answer whenever it is asked. */
  strikes(seed: number, proxy: string, of: "connection" | "request", index: number): boolean {
    return this.toxicity >= 1 || draw(seed, of, proxy, this.name, index) < this.toxicity;
  }

  random(seed: number, proxy: string, ...of: (string | number)[]): () => number {
    return draws(seed, "amount", proxy, this.name, ...of);
  }

  state(): FaultState {
    return {
      name: this.name,
      type: this.kind.type,
      stream: this.stream,
      toxicity: this.toxicity,
      attributes: this.attributes,
      ttlMs: this.#ttlMs,
      expiresInMs: this.#alarm.leftMs,
      struck: this.struck,
    };
  }
}

/** @throws {ProxyError} 400 */
export function checkName(field: string, name: unknown): string {
  if (typeof name === "string" && NAME.test(name)) return name;
  const wanted = "a text of 1 to 200 characters without slashes and control characters";
  throw new ProxyError(`bad request body: ${field}: ${show(name)} is not ${wanted}`, 400);
}

/** @throws {ProxyError} 400 */
export function checkTtl(ttlMs: unknown): number {
  const fits = typeof ttlMs === "number" && ttlMs >= 0 && ttlMs <= MAX_TTL_MS;
  if (fits) return ttlMs;
  const wanted = `a number of ms from 0 (stays) to ${MAX_TTL_MS}, or a text such as "30s"`;
  throw new ProxyError(`bad request body: ttl: ${show(ttlMs)} is not ${wanted}`, 400);
}

function checkToxicity(toxicity: unknown): number {
  if (typeof toxicity === "number" && toxicity >= 0 && toxicity <= 1) return toxicity;
  const text = `toxicity: ${show(toxicity)} is not a number from 0 to 1`;
  throw new ProxyError(`bad request body: ${text}`, 400);
}
