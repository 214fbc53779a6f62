/**
 * The customers of one load: most make a call and take what comes of it. Where the load says so they lose patience,
 * and come back by hand with a request that got no answer.
 */
import type { ResolvedLoad } from "@breakwater/scenario";
import {
  derive,
  type Key,
  makeSampler,
  PURPOSE,
  type Sampler,
  uniform,
} from "@breakwater/scenario/plan";
import { Alarm, type KernelEvent } from "../../kernel/event-queue.ts";
import type { Edge } from "../edge.ts";
import type { CallParent, EdgeCall } from "../edge-call.ts";
import type { World } from "../world.ts";

interface Habits {
  readonly patience: Sampler | undefined;
  readonly comeBack:
    | (NonNullable<ResolvedLoad["comeBack"]> & { readonly sample: Sampler })
    | undefined;
}

export class Customers {
  readonly world: World;
  readonly edge: Edge;
  readonly #habits: Habits | undefined;

  constructor(world: World, edge: Edge, { patience, comeBack }: ResolvedLoad) {
    this.world = world;
    this.edge = edge;
    if (patience === undefined && comeBack === undefined) return;
    this.#habits = {
      patience: patience && makeSampler(patience),
      comeBack: comeBack && { ...comeBack, sample: makeSampler(comeBack.after) },
    };
  }

  /** @param parent hears of the end, once, however often the customer came back */
  call({ hi, lo }: Key, parent: CallParent): void {
    if (this.#habits === undefined) {
      this.edge.beginWith({ hi, lo, depth: 0, parent, optional: false, within: undefined });
    } else {
      new Visit(this, { hi, lo }, parent, this.#habits).begin();
    }
  }
}

/** One customer's request, with all the times that the customer comes back with it. */
class Visit implements CallParent, KernelEvent {
  readonly #alarm = new Alarm(this);
  readonly #customers: Customers;
  readonly #key: Key;
  readonly #parent: CallParent;
  readonly #habits: Habits;
  #call: EdgeCall | undefined = undefined;
  #waiting = false;
  #returns = 0;

  constructor(customers: Customers, key: Key, parent: CallParent, habits: Habits) {
    this.#customers = customers;
    this.#key = key;
    this.#parent = parent;
    this.#habits = habits;
  }

  /** The first call has the key that it has without habits; those after it have keys of their own. */
  begin(): void {
    const { edge, world } = this.#customers;
    const { hi, lo } =
      this.#returns === 0 ? this.#key : derive(this.#key, PURPOSE.comeBack + this.#returns);
    this.#waiting = true;
    const call = edge.beginWith({
      hi,
      lo,
      depth: 0,
      parent: this,
      optional: false,
      within: undefined,
    });
    if (!this.#waiting || this.#habits.patience === undefined) return;
    this.#call = call;
    world.kernel.after(this.#habits.patience(hi, lo, PURPOSE.patience), this.#alarm);
  }

  /** Patience has run out, or it is time to come back. */
  fire(): void {
    const { edge, world } = this.#customers;
    if (this.#waiting) {
      edge.cancel(this.#call as EdgeCall);
    } else {
      world.live--;
      this.begin();
    }
  }

  answered(call: EdgeCall, optional: boolean): void {
    const { world } = this.#customers;
    this.#waiting = false;
    this.#call = undefined;
    world.kernel.cancel(this.#alarm);
    const answered = call.outcome === "ok" || call.outcome === "fallback";
    if (answered || !this.#comesBack(call)) this.#parent.answered(call, optional);
  }

  #comesBack({ hi, lo }: EdgeCall): boolean {
    const { comeBack } = this.#habits;
    if (comeBack === undefined || this.#returns >= comeBack.times) return false;
    if (uniform(hi, lo, PURPOSE.comeBack) >= comeBack.probability) return false;
    this.#returns++;
    const { world } = this.#customers;
    world.live++;
    world.kernel.after(comeBack.sample(hi, lo, PURPOSE.comeBackAfter), this.#alarm);
    return true;
  }
}
