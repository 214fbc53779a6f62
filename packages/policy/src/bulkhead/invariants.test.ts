import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Guest } from "../../test-support/bulkhead.ts";
import { holds } from "../../test-support/properties.ts";
import { type Admission, Bulkhead, type ResolvedBulkhead } from "./machine.ts";

const anyBulkhead: fc.Arbitrary<ResolvedBulkhead> = fc.record({
  concurrent: fc.integer({ min: 1, max: 3 }),
  queue: fc.record({
    size: fc.integer({ min: 0, max: 5 }),
    order: fc.constantFrom("fifo", "lifo"),
    maxWaitMs: fc.constant(Infinity),
  }),
});

const VERBS = ["acquire", "acquire", "acquire", "release", "release", "leave", "limit"] as const;
const anySteps = fc.array(fc.record({ verb: fc.constantFrom(...VERBS), pick: fc.nat(7) }), {
  maxLength: 40,
  size: "max",
});

/** The same with a plain list that is searched through from end to end. */
class NaiveBulkhead {
  inFlight = 0;
  readonly waiting: Guest[] = [];
  limit: number;
  readonly #options: ResolvedBulkhead;

  constructor(options: ResolvedBulkhead) {
    this.#options = options;
    this.limit = options.concurrent;
  }

  acquire(guest: Guest): [Admission, Guest | undefined] {
    if (this.inFlight < this.limit && this.waiting.length === 0) {
      this.inFlight++;
      return ["taken", undefined];
    }
    let out: Guest | undefined;
    if (this.waiting.length >= this.#options.queue.size) {
      const least = Math.min(...this.waiting.map(({ priority }) => priority));
      out = this.waiting.findLast(({ priority }) => priority === least);
      if (out === undefined || least >= guest.priority) return ["refused", undefined];
      this.leave(out);
    }
    this.waiting.push(guest);
    return ["queued", out];
  }

  admitNext(): Guest | undefined {
    if (this.inFlight >= this.limit || this.waiting.length === 0) return undefined;
    const most = Math.max(...this.waiting.map(({ priority }) => priority));
    const equals = this.waiting.filter(({ priority }) => priority === most);
    const next = equals.at(this.#options.queue.order === "fifo" ? 0 : -1) as Guest;
    this.leave(next);
    this.inFlight++;
    return next;
  }

  leave(guest: Guest): boolean {
    const index = this.waiting.indexOf(guest);
    if (index >= 0) this.waiting.splice(index, 1);
    return index >= 0;
  }
}

/** Plays a step on both. What they say has to be the same. */
class Pair {
  readonly bulkhead: Bulkhead<Guest>;
  readonly naive: NaiveBulkhead;
  readonly guests: Guest[] = [];

  constructor(options: ResolvedBulkhead) {
    this.bulkhead = new Bulkhead(options);
    this.naive = new NaiveBulkhead(options);
  }

  play(verb: (typeof VERBS)[number], pick: number): [unknown, unknown] {
    const { bulkhead, naive, guests } = this;
    if (verb === "acquire") {
      const guest = new Guest(`${guests.length}`, pick % 3);
      guests.push(guest);
      let out: Guest | undefined;
      const answer = bulkhead.acquire(guest, (displaced) => (out = displaced));
      return [[answer, out?.name].join(), naive.acquire(guest).map(nameOf).join()];
    }
    if (verb === "release") {
      if (naive.inFlight === 0) return [0, 0];
      naive.inFlight--;
      return [bulkhead.release()?.name, naive.admitNext()?.name];
    }
    if (verb === "leave") {
      const guest = guests[pick % Math.max(1, guests.length)];
      return guest === undefined ? [0, 0] : [bulkhead.leave(guest), naive.leave(guest)];
    }
    bulkhead.setLimit(1 + pick);
    naive.limit = 1 + pick;
    const admitted = (from: { admitNext(): Guest | undefined }) => {
      const names: string[] = [];
      for (let next = from.admitNext(); next; next = from.admitNext()) names.push(next.name);
      return names.join();
    };
    return [admitted(bulkhead), admitted(naive)];
  }
}

function nameOf(item: Admission | Guest | undefined): string | undefined {
  return typeof item === "object" ? item.name : item;
}

describe("bulkhead", () => {
  it("invariant 1: places taken <= the limit, but for those taken before it was lowered", () =>
    holds(
      fc.property(anyBulkhead, anySteps, (options, steps) => {
        const pair = new Pair(options);
        for (const { verb, pick } of steps) {
          const before = pair.bulkhead.inFlight;
          pair.play(verb, pick);
          const { inFlight, limit } = pair.bulkhead;
          if (inFlight > Math.max(before, limit) || (inFlight > before && inFlight > limit)) {
            expect.fail(`${inFlight} places of ${limit}`);
          }
        }
      }),
    ));

  it("invariant 2: nobody overtakes, and no place stays free while somebody waits", () =>
    holds(
      fc.property(anyBulkhead, anySteps, (options, steps) => {
        const pair = new Pair(options);
        for (const { verb, pick } of steps) {
          const waited = pair.bulkhead.waiting;
          const [answer] = pair.play(verb, pick);
          const { waiting, inFlight, limit } = pair.bulkhead;
          if (verb === "acquire" && waited > 0 && `${answer}`.startsWith("taken")) {
            expect.fail(`a newcomer went past ${waited}`);
          }
          if (waiting > 0 && inFlight < limit) expect.fail(`${limit - inFlight} places idle`);
        }
      }),
    ));

  it("decides as a plain list does that is searched from end to end", () =>
    holds(
      fc.property(anyBulkhead, anySteps, (options, steps) => {
        const pair = new Pair(options);
        for (const { verb, pick } of steps) {
          const [here, there] = pair.play(verb, pick);
          const { bulkhead, naive } = pair;
          const same =
            bulkhead.inFlight === naive.inFlight && bulkhead.waiting === naive.waiting.length;
          if (here !== there || !same) expect(here).toBe(there);
          if (!same) expect.fail(`${bulkhead.inFlight} in, ${bulkhead.waiting} waiting`);
        }
      }),
    ));
});
