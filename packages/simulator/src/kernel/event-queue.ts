/**
 * The queue of things to come, in order of time. Things due at the same time happen in the order in which they were
 * scheduled, so a run never depends on the shape of the heap.
 *
 * A 4-ary heap over typed arrays: an entry is a time, an order, and the number of a slot that holds its alarm, so that
 * moving entries about moves no references. What is cancelled stays in the heap until its time has come or until it is
 * more than the rest: the alarm knows the number under which it is due, and an entry with another number is stale.
 *
 * Invariants
 *   1. `size` counts the alarms that are set; an alarm rings once for each time it is set and not cancelled.
 *   2. Behind the last entry times are Infinity, as far as a step down may look: it needs to know no end.
 */

/** What an alarm wakes. */
export interface KernelEvent {
  /** Does what is due. */
  fire(nowMs: number): void;
}

const NOT_SET = -1;
/** Fewer stale entries than this are not worth a clean-up. */
const FEW = 1024;
const INITIAL_ENTRIES = 1024;

/** Something that is due once at a time. It may be set again after it has rung or was cancelled. */
export class Alarm {
  /** The number under which it is due; -1 while it is not set. Written by the queue alone. */
  order: number = NOT_SET;
  /** The number of its latest entry, stale or not, while that is in the heap. Written by the queue alone. */
  entry: number = NOT_SET;
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
  #capacity = INITIAL_ENTRIES;
  #times = new Float64Array(roomFor(INITIAL_ENTRIES)).fill(Infinity);
  #orders = new Float64Array(roomFor(INITIAL_ENTRIES));
  #slots = new Int32Array(roomFor(INITIAL_ENTRIES));
  readonly #alarms: Alarm[] = [];
  /** Slots that no entry uses: as many as there are alarms without one. */
  #freeSlots = new Int32Array(INITIAL_ENTRIES);
  #nextOrder = 0;

  /** When the next alarm is due; Infinity when there is none. */
  get nextAtMs(): number {
    this.#dropStaleTop();
    return this.#times[0] as number;
  }

  /** A number for something that takes its place in the order now, and may be pushed with it later. */
  takeOrder(): number {
    return this.#nextOrder++;
  }

  /** @throws RangeError for a time that is not a number, or an alarm that is already set */
  push(alarm: Alarm, atMs: number, order: number = this.#nextOrder++): void {
    if (!(atMs <= Infinity)) throw new RangeError("an event cannot be due at NaN");
    if (alarm.order !== NOT_SET) throw new RangeError("the event is already in the queue");
    if (this.#entries === this.#capacity) this.#makeRoom();
    alarm.order = order;
    alarm.entry = order;
    this.size++;
    const alarms = this.#alarms;
    const free = alarms.length - this.#entries;
    const slot = free > 0 ? (this.#freeSlots[free - 1] as number) : alarms.length;
    alarms[slot] = alarm;
    this.#siftUp(this.#entries++, atMs, order, slot);
  }

  /** Unsets an alarm; nothing happens when it is not set. */
  remove(alarm: Alarm): void {
    if (alarm.order === NOT_SET) return;
    alarm.order = NOT_SET;
    this.size--;
  }

  /** Sets an alarm that was removed for the same time and turn again; false when its entry is gone. */
  revive(alarm: Alarm): boolean {
    if (alarm.entry === NOT_SET || alarm.order !== NOT_SET) return false;
    alarm.order = alarm.entry;
    this.size++;
    return true;
  }

  /** Takes out the alarm that is due first; undefined when there is none. */
  pop(): Alarm | undefined {
    this.#dropStaleTop();
    if (this.#entries === 0) return undefined;
    const first = this.#alarms[this.#slots[0] as number] as Alarm;
    first.order = NOT_SET;
    this.size--;
    this.#dropTop(first);
    return first;
  }

  #dropStaleTop(): void {
    while (this.#entries > 0) {
      const alarm = this.#alarms[this.#slots[0] as number] as Alarm;
      if (alarm.order === this.#orders[0]) return;
      this.#dropTop(alarm);
    }
  }

  #dropTop(alarm: Alarm): void {
    if (alarm.entry === this.#orders[0]) alarm.entry = NOT_SET;
    const last = --this.#entries;
    this.#freeSlots[this.#alarms.length - last - 1] = this.#slots[0] as number;
    const atMs = this.#times[last] as number;
    this.#times[last] = Infinity;
    if (last > 0) this.#siftDown(atMs, this.#orders[last] as number, this.#slots[last] as number);
  }

  #siftUp(from: number, atMs: number, order: number, slot: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const slots = this.#slots;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      const parentMs = times[parent] as number;
      if (parentMs < atMs || (parentMs === atMs && (orders[parent] as number) < order)) break;
      times[index] = parentMs;
      orders[index] = orders[parent] as number;
      slots[index] = slots[parent] as number;
      index = parent;
    }
    times[index] = atMs;
    orders[index] = order;
    slots[index] = slot;
  }

  /** Puts an entry in at the top, whose own is gone. */
  #siftDown(atMs: number, order: number, slot: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const slots = this.#slots;
    const size = this.#entries;
    let index = 0;
    for (;;) {
      const first = index * 4 + 1;
      if (first >= size) break;
      let child = first;
      let childMs = times[first] as number;
      for (let i = first + 1; i < first + 4; i++) {
        const otherMs = times[i] as number;
        if (otherMs > childMs || (otherMs === childMs && !this.#isBefore(i, child))) continue;
        child = i;
        childMs = otherMs;
      }
      if (atMs < childMs || (atMs === childMs && order < (orders[child] as number))) break;
      times[index] = childMs;
      orders[index] = orders[child] as number;
      slots[index] = slots[child] as number;
      index = child;
    }
    times[index] = atMs;
    orders[index] = order;
    slots[index] = slot;
  }

  /** Of two entries due at the same time. */
  #isBefore(index: number, other: number): boolean {
    return (
      index < this.#entries && (this.#orders[index] as number) < (this.#orders[other] as number)
    );
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
      const alarm = this.#alarms[this.#slots[i] as number] as Alarm;
      const order = this.#orders[i] as number;
      if (alarm.order === order) kept.push({ atMs: this.#times[i] as number, order, alarm });
      else if (alarm.entry === order) alarm.entry = NOT_SET;
    }
    this.#times.fill(Infinity);
    this.#alarms.length = 0;
    this.#entries = 0;
    for (const { atMs, order, alarm } of kept) {
      this.#alarms.push(alarm);
      this.#siftUp(this.#entries, atMs, order, this.#entries++);
    }
  }

  #grow(): void {
    this.#capacity *= 2;
    const times = new Float64Array(roomFor(this.#capacity)).fill(Infinity);
    const orders = new Float64Array(roomFor(this.#capacity));
    const slots = new Int32Array(roomFor(this.#capacity));
    times.set(this.#times);
    orders.set(this.#orders);
    slots.set(this.#slots);
    const freeSlots = new Int32Array(this.#capacity);
    freeSlots.set(this.#freeSlots);
    this.#times = times;
    this.#orders = orders;
    this.#slots = slots;
    this.#freeSlots = freeSlots;
  }
}

/** The last entry's children, were they there, have their place as well. */
function roomFor(entries: number): number {
  return entries + 4;
}
