import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Alarm, EventQueue } from "./event-queue.ts";

class Named extends Alarm {
  readonly id: number;

  constructor(id: number) {
    super({ fire: () => {} });
    this.id = id;
  }
}

const event = (id: number) => new Named(id);

/** The same queue as a list that is sorted anew each time: slow, and plainly right. */
class SortedList {
  #entries: { readonly atMs: number; readonly id: number }[] = [];

  push(id: number, atMs: number): void {
    this.#entries.push({ atMs, id });
    // Sorting is stable, so equal times stay in the order of scheduling.
    this.#entries.sort((a, b) => a.atMs - b.atMs);
  }
  remove(id: number): void {
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
  }
  pop(): number | undefined {
    return this.#entries.shift()?.id;
  }
  get nextAtMs(): number {
    return this.#entries[0]?.atMs ?? Infinity;
  }
  get size(): number {
    return this.#entries.length;
  }
}

const push = fc.record({ do: fc.constant("push" as const), atMs: fc.integer({ min: 0, max: 12 }) });
const remove = fc.record({ do: fc.constant("remove" as const), which: fc.nat(80) });
const pop = fc.constant({ do: "pop" as const });
const commands = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: push },
    { weight: 2, arbitrary: remove },
    { weight: 2, arbitrary: pop },
  ),
  { maxLength: 120, size: "max" },
);

describe("an event queue", () => {
  test("does what a sorted list does, whatever is pushed, removed and popped", () => {
    fc.assert(
      fc.property(commands, (list) => {
        const queue = new EventQueue();
        const reference = new SortedList();
        const events: Named[] = [];
        for (const command of list) {
          if (command.do === "push") {
            const pushed = event(events.length);
            events.push(pushed);
            queue.push(pushed, command.atMs);
            reference.push(pushed.id, command.atMs);
          } else if (command.do === "remove") {
            const removed = events[command.which];
            if (removed === undefined) continue;
            queue.remove(removed);
            reference.remove(removed.id);
            expect(removed.isSet).toBe(false);
          } else {
            expect((queue.pop() as Named | undefined)?.id).toBe(reference.pop());
          }
          expect([queue.size, queue.nextAtMs]).toEqual([reference.size, reference.nextAtMs]);
        }
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  test("hands out equal times in the order of scheduling, also after removals", () => {
    const queue = new EventQueue();
    const events = Array.from({ length: 50 }, (_, id) => event(id));
    for (const each of events) queue.push(each, 7);
    for (const each of events) if (each.id % 3 === 0) queue.remove(each);
    const popped = Array.from({ length: queue.size }, () => (queue.pop() as Named).id);
    expect(popped).toEqual(events.map(({ id }) => id).filter((id) => id % 3 !== 0));
  });

  test("holds 100,000 events and takes out half of them anywhere", () => {
    const queue = new EventQueue();
    const events = Array.from({ length: 100_000 }, (_, id) => event(id));
    const timeOf = (id: number) => (id * 7919) % 1009;
    for (const each of events) queue.push(each, timeOf(each.id));
    for (const each of events) if (each.id % 2 === 1) queue.remove(each);
    expect(queue.size).toBe(50_000);
    const popped: number[] = [];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      popped.push((next as Named).id);
    }
    const even = events.map(({ id }) => id).filter((id) => id % 2 === 0);
    expect(popped).toEqual(even.sort((a, b) => timeOf(a) - timeOf(b) || a - b));
  });

  test("does not fill up with what was cancelled, and hears of no time that was cancelled", () => {
    const queue = new EventQueue();
    const [stays, comesAndGoes] = [event(0), event(1)];
    queue.push(stays, 1e9);
    for (let i = 0; i < 100_000; i++) {
      queue.push(comesAndGoes, 100_000 - i);
      queue.remove(comesAndGoes);
    }
    queue.push(comesAndGoes, 50_000.5);
    expect([queue.size, queue.nextAtMs]).toEqual([2, 50_000.5]);
    expect([queue.pop(), queue.pop(), queue.pop()]).toEqual([comesAndGoes, stays, undefined]);
  });

  test("gives something the place in the order that it took before", () => {
    const queue = new EventQueue();
    const events = [event(0), event(1), event(2)] as const;
    queue.push(events[0], 5);
    const order = queue.takeOrder();
    queue.push(events[1], 5);
    queue.push(events[2], 5, order);
    expect([queue.pop(), queue.pop(), queue.pop()]).toEqual([events[0], events[2], events[1]]);
  });

  test("takes an event again once it is out, not before, and never at no time", () => {
    const queue = new EventQueue();
    const once = event(1);
    queue.push(once, 5);
    expect(() => queue.push(once, 6)).toThrow(RangeError);
    expect(queue.pop()).toBe(once);
    queue.push(once, 6);
    expect(queue.nextAtMs).toBe(6);
    expect(() => queue.push(event(2), Number.NaN)).toThrow(RangeError);
    expect(queue.size).toBe(1);
  });

  test("is empty at Infinity, and has nothing to pop or remove then", () => {
    const queue = new EventQueue();
    expect(queue.nextAtMs).toBe(Infinity);
    expect(queue.pop()).toBeUndefined();
    queue.remove(event(1));
    expect(queue.size).toBe(0);
  });
});
