/**
 * The queue of things to come, in order of time. Things due at the same time happen in the order in which they were
 * scheduled, so a run never depends on the shape of the heap.
 *
 * A 4-ary heap over typed arrays of keys. What is cancelled stays in the heap until its time has come or until it is
 * more than the rest: the alarm knows the number under which it is due, and an entry with another number is stale.
 * Every alarm has the same shape, so that no step here depends on how many kinds of owners there are.
 *
 * Invariants: `size` counts the alarms that are set; an alarm rings once for each time it is set and not cancelled.
 */

/** What an alarm wakes. */
export interface KernelEvent {
  /** Does what is due. */
  fire(nowMs: number): void;
}

const NOT_SET = -1;
const ARITY = 4;
/** Fewer stale entries than this are not worth a clean-up. */
const FEW = 1024;

/** Something that is due once at a time. It may be set again after it has rung or was cancelled. */
export class Alarm {
  /** The number under which it is due; -1 while it is not set. Written by the queue alone. */
  order: number = NOT_SET;
  readonly owner: KernelEvent;

  constructor(owner: KernelEvent) {
    this.owner = owner;
  }

  get isSet(): boolean {
    return this.order !== NOT_SET;
  }
}

export class EventQueue {
  /** Alarms that are set. */
  size = 0;
  #entries = 0;
  #times = new Float64Array(1024);
  #orders = new Float64Array(1024);
  readonly #alarms: (Alarm | undefined)[] = [];
  #nextOrder = 0;

  /** When the next alarm is due; Infinity when there is none. */
  get nextAtMs(): number {
    this.#dropStaleTop();
    return this.#entries === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number);
  }

  /** A number for something that takes its place in the order now, and may be pushed with it later. */
  takeOrder(): number {
    return this.#nextOrder++;
  }

  /** @throws RangeError for a time that is not a number, or an alarm that is already set */
  push(alarm: Alarm, atMs: number, order: number = this.#nextOrder++): void {
    if (Number.isNaN(atMs)) throw new RangeError("an event cannot be due at NaN");
    if (alarm.order !== NOT_SET) throw new RangeError("the event is already in the queue");
    if (this.#entries === this.#times.length) this.#makeRoom();
    alarm.order = order;
    this.size++;
    this.#siftUp(this.#entries++, atMs, order, alarm);
  }

  /** Unsets an alarm; nothing happens when it is not set. */
  remove(alarm: Alarm): void {
    if (alarm.order === NOT_SET) return;
    alarm.order = NOT_SET;
    this.size--;
  }

  /** Takes out the alarm that is due first; undefined when there is none. */
  pop(): Alarm | undefined {
    this.#dropStaleTop();
    if (this.#entries === 0) return undefined;
    const first = this.#alarms[0] as Alarm;
    first.order = NOT_SET;
    this.size--;
    this.#dropTop();
    return first;
  }

  #dropStaleTop(): void {
    while (this.#entries > 0 && (this.#alarms[0] as Alarm).order !== this.#orders[0]) {
      this.#dropTop();
    }
  }

  #dropTop(): void {
    const last = --this.#entries;
    const alarm = this.#alarms[last] as Alarm;
    this.#alarms[last] = undefined;
    if (last > 0) {
      this.#siftDown(this.#times[last] as number, this.#orders[last] as number, alarm);
    }
  }

  #siftUp(from: number, atMs: number, order: number, alarm: Alarm): void {
    const times = this.#times;
    const orders = this.#orders;
    const alarms = this.#alarms;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      const parentMs = times[parent] as number;
      if (parentMs < atMs || (parentMs === atMs && (orders[parent] as number) < order)) break;
      times[index] = parentMs;
      orders[index] = orders[parent] as number;
      alarms[index] = alarms[parent];
      index = parent;
    }
    times[index] = atMs;
    orders[index] = order;
    alarms[index] = alarm;
  }

  /** Puts an entry in at the top, whose own is gone. */
  #siftDown(atMs: number, order: number, alarm: Alarm): void {
    const times = this.#times;
    const orders = this.#orders;
    const alarms = this.#alarms;
    const size = this.#entries;
    let index = 0;
    for (;;) {
      const first = index * ARITY + 1;
      if (first >= size) break;
      let child = first;
      let childMs = times[first] as number;
      const end = first + ARITY < size ? first + ARITY : size;
      for (let i = first + 1; i < end; i++) {
        const otherMs = times[i] as number;
        if (otherMs > childMs) continue;
        if (otherMs === childMs && (orders[i] as number) > (orders[child] as number)) continue;
        child = i;
        childMs = otherMs;
      }
      if (atMs < childMs || (atMs === childMs && order < (orders[child] as number))) break;
      times[index] = childMs;
      orders[index] = orders[child] as number;
      alarms[index] = alarms[child];
      index = child;
    }
    times[index] = atMs;
    orders[index] = order;
    alarms[index] = alarm;
  }

  #makeRoom(): void {
    if (this.#entries - this.size > FEW && this.#entries > 2 * this.size) this.#dropStale();
    else this.#grow();
  }

  /** Builds the heap anew out of what is not stale. */
  #dropStale(): void {
    const entries = this.#entries;
    const kept: { readonly atMs: number; readonly order: number; readonly alarm: Alarm }[] = [];
    for (let i = 0; i < entries; i++) {
      const alarm = this.#alarms[i] as Alarm;
      const order = this.#orders[i] as number;
      if (alarm.order === order) kept.push({ atMs: this.#times[i] as number, order, alarm });
      this.#alarms[i] = undefined;
    }
    this.#entries = 0;
    for (const { atMs, order, alarm } of kept) this.#siftUp(this.#entries++, atMs, order, alarm);
  }

  #grow(): void {
    const times = new Float64Array(this.#entries * 2);
    const orders = new Float64Array(this.#entries * 2);
    times.set(this.#times);
    orders.set(this.#orders);
    this.#times = times;
    this.#orders = orders;
  }
}
