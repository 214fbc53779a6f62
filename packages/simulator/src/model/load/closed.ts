import type { ResolvedLoad } from "@breakwater/scenario";
import {
  derive,
  Intensity,
  type Key,
  loadKey,
  makeSampler,
  PURPOSE,
  type Sampler,
} from "@breakwater/scenario/plan";
import { Alarm, type KernelEvent } from "../../kernel/event-queue.ts";
import type { Edge } from "../edge.ts";
import type { EdgeCall } from "../edge-call.ts";
import type { World } from "../world.ts";

type Closed = Extract<ResolvedLoad["source"], { kind: "closed" }>;

/** Users with one request at a time, who think between an answer and the next request. */
export class ClosedSource {
  readonly world: World;
  readonly edge: Edge;
  readonly think: Sampler;
  readonly endMs: number;
  readonly #startMs: number;
  readonly #users: readonly User[];
  readonly #intensity: Intensity;

  constructor(world: World, edge: Edge, load: ResolvedLoad, source: Closed) {
    this.world = world;
    this.edge = edge;
    this.think = makeSampler(source.think);
    this.#startMs = load.startMs;
    this.endMs = load.endMs;
    this.#intensity = new Intensity(load.shape, load.startMs, load.endMs);
    const key = loadKey(world.key, load.name);
    // A factor above 1 brings users that are not there at factor 1.
    const most = Math.max(...load.shape.map(({ factor }) => factor));
    const users = Math.ceil(source.users * most);
    this.#users = Array.from(
      { length: users },
      (_, index) => new User(this, derive(key, index), index / source.users),
    );
  }

  start(): void {
    for (const user of this.#users) user.comeBack(this.#startMs);
  }

  /** When a user may send the next request: at once, or when the shape lets so many users in again. */
  admits(share: number, fromMs: number): number {
    return this.#intensity.timeAbove(share, fromMs);
  }
}

class User implements KernelEvent {
  readonly #alarm = new Alarm(this);
  readonly #source: ClosedSource;
  readonly #key: Key;
  /** Active while the shape's factor is above this. */
  readonly #share: number;
  #requests = 0;

  constructor(source: ClosedSource, key: Key, share: number) {
    this.#source = source;
    this.#key = key;
    this.#share = share;
  }

  comeBack(fromMs: number): void {
    const atMs = this.#source.admits(this.#share, fromMs);
    if (atMs < this.#source.endMs) this.#source.world.kernel.at(atMs, this.#alarm);
  }

  fire(): void {
    const { hi, lo } = derive(this.#key, this.#requests++);
    this.#source.edge.beginWith({
      hi,
      lo,
      depth: 0,
      parent: this,
      optional: false,
      within: undefined,
    });
  }

  answered(call: EdgeCall): void {
    const { world, think } = this.#source;
    this.comeBack(world.kernel.nowMs + think(call.hi, call.lo, PURPOSE.think));
  }
}
