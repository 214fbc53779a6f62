/**
 * The queue of things to come, in order of time. Things due at the same time happen in the order in which they were
 * scheduled, so a run never depends on the shape of the heap.
 *
 * A 4-ary heap over typed arrays of keys, with every event knowing its place: an event is cancelled in O(log n)
 * instead of being left behind, because most of what a simulator schedules (timeouts) never happens.
 */

/** Something that is due once at a time. An event object may be scheduled again after it has happened. */
export interface KernelEvent {
  /** Its place in the queue; NOT_QUEUED while it waits for nothing. Written by the queue alone. */
  queueIndex: number;
  /** Does what is due. */
  fire(nowMs: number): void;
}

export const NOT_QUEUED = -1;
const ARITY = 4;

export class EventQueue {
  size = 0;
  #times = new Float64Array(1024);
  #orders = new Float64Array(1024);
  readonly #events: KernelEvent[] = [];
  #nextOrder = 0;

  /** When the next event is due; Infinity when there is none. */
  get nextAtMs(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number);
  }

  /** @throws RangeError for a time that is not a number, or an event that is already in the queue */
  push(event: KernelEvent, atMs: number): void {
    if (Number.isNaN(atMs)) throw new RangeError("an event cannot be due at NaN");
    if (event.queueIndex !== NOT_QUEUED) throw new RangeError("the event is already in the queue");
    if (this.size === this.#times.length) this.#grow();
    this.#siftUp(this.size++, atMs, this.#nextOrder++, event);
  }

  /** Takes an event out; nothing happens when it is not in the queue. */
  remove(event: KernelEvent): void {
    const index = event.queueIndex;
    if (index === NOT_QUEUED) return;
    event.queueIndex = NOT_QUEUED;
    const last = --this.size;
    const moved = this.#events[last] as KernelEvent;
    const atMs = this.#times[last] as number;
    const order = this.#orders[last] as number;
    this.#events.length = last;
    if (index === last) return;
    if (index > 0 && this.#before(atMs, order, (index - 1) >> 2)) {
      this.#siftUp(index, atMs, order, moved);
    } else {
      this.#siftDown(index, atMs, order, moved);
    }
  }

  /** Takes out the event that is due first; undefined when there is none. */
  pop(): KernelEvent | undefined {
    if (this.size === 0) return undefined;
    const first = this.#events[0] as KernelEvent;
    this.remove(first);
    return first;
  }

  #before(atMs: number, order: number, index: number): boolean {
    const other = this.#times[index] as number;
    return atMs < other || (atMs === other && order < (this.#orders[index] as number));
  }

  #place(index: number, atMs: number, order: number, event: KernelEvent): void {
    this.#times[index] = atMs;
    this.#orders[index] = order;
    this.#events[index] = event;
    event.queueIndex = index;
  }

  #siftUp(from: number, atMs: number, order: number, event: KernelEvent): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      if (!this.#before(atMs, order, parent)) break;
      this.#move(parent, index);
      index = parent;
    }
    this.#place(index, atMs, order, event);
  }

  #siftDown(from: number, atMs: number, order: number, event: KernelEvent): void {
    const { size } = this;
    let index = from;
    for (;;) {
      const first = index * ARITY + 1;
      if (first >= size) break;
      const child = this.#least(first, Math.min(first + ARITY, size));
      if (this.#before(atMs, order, child)) break;
      this.#move(child, index);
      index = child;
    }
    this.#place(index, atMs, order, event);
  }

  #least(first: number, end: number): number {
    const times = this.#times;
    const orders = this.#orders;
    let least = first;
    for (let i = first + 1; i < end; i++) {
      const a = times[i] as number;
      const b = times[least] as number;
      if (a < b || (a === b && (orders[i] as number) < (orders[least] as number))) least = i;
    }
    return least;
  }

  #move(from: number, to: number): void {
    const event = this.#events[from] as KernelEvent;
    this.#times[to] = this.#times[from] as number;
    this.#orders[to] = this.#orders[from] as number;
    this.#events[to] = event;
    event.queueIndex = to;
  }

  #grow(): void {
    const times = new Float64Array(this.size * 2);
    const orders = new Float64Array(this.size * 2);
    times.set(this.#times);
    orders.set(this.#orders);
    this.#times = times;
    this.#orders = orders;
  }
}
