import type { ResolvedLoad } from "@breakwater/scenario";
import {
  type ArrivalTimes,
  arrivalTimes,
  derive,
  type Key,
  loadKey,
  makeSampler,
  PURPOSE,
  type Sampler,
  uniform,
} from "@breakwater/scenario/plan";
import { Alarm, type KernelEvent } from "../../kernel/event-queue.ts";
import type { Edge } from "../edge.ts";
import type { World } from "../world.ts";
import { Customers } from "./customers.ts";

type Open = Extract<ResolvedLoad["source"], { kind: "open" | "times" }>;

/** Customers who come whatever happened to the ones before them. */
export class OpenSource implements KernelEvent {
  readonly #alarm = new Alarm(this);
  readonly world: World;
  readonly customers: Customers;
  readonly endMs: number;
  readonly #key: Key;
  readonly #arrivals: ArrivalTimes;
  readonly #sessions: { readonly stay: number; readonly think: Sampler } | undefined;
  #arrived = 0;

  constructor(world: World, edge: Edge, load: ResolvedLoad, source: Open) {
    this.world = world;
    this.customers = new Customers(world, edge, load);
    this.endMs = load.endMs;
    this.#key = loadKey(world.key, load.name);
    this.#arrivals = arrivalTimes(load, source, this.#key);
    const session = source.kind === "open" ? source.session : undefined;
    this.#sessions = session && { stay: session.stay, think: makeSampler(session.think) };
  }

  start(): void {
    this.#scheduleNext();
  }

  /** A customer's call has ended; nobody comes or goes for it. */
  answered(): void {}

  fire(): void {
    const key = derive(this.#key, this.#arrived++);
    this.#scheduleNext();
    if (this.#sessions === undefined) this.customers.call(key, this);
    else new Session(this, key, this.#sessions).fire();
  }

  #scheduleNext(): void {
    const atMs = this.#arrivals.next();
    if (atMs < Infinity) this.world.kernel.at(Math.max(atMs, this.world.kernel.nowMs), this.#alarm);
  }
}

/** A customer of a partly open load: stays for another request with a probability, and leaves otherwise. */
class Session implements KernelEvent {
  readonly #alarm = new Alarm(this);
  readonly #source: OpenSource;
  readonly #key: Key;
  readonly #habits: { readonly stay: number; readonly think: Sampler };
  #requests = 0;

  constructor(source: OpenSource, key: Key, habits: { stay: number; think: Sampler }) {
    this.#source = source;
    this.#key = key;
    this.#habits = habits;
  }

  fire(): void {
    this.#source.customers.call(derive(this.#key, this.#requests++), this);
  }

  answered(): void {
    const { stay, think } = this.#habits;
    const { world, endMs } = this.#source;
    const { hi, lo } = derive(this.#key, this.#requests);
    if (uniform(hi, lo, PURPOSE.stay) >= stay) return;
    const atMs = world.kernel.nowMs + think(hi, lo, PURPOSE.think);
    if (atMs < endMs) world.kernel.at(atMs, this.#alarm);
  }
}
