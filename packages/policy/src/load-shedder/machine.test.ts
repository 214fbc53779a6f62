import { describe, expect, it } from "vitest";
import { LoadShedder } from "./machine.ts";
import { type LoadShedderOptions, resolveLoadShedder } from "./options.ts";
import type { PriorityClass, ShedderRequest, Ticket } from "./ticket.ts";

interface Named extends ShedderRequest {
  readonly name: string;
}

/** Plays requests on a shedder and tells each of them by its name. */
class Desk {
  readonly shedder: LoadShedder<Named>;
  nowMs = 0;
  readonly tickets = new Map<string, Ticket<Named>>();

  constructor(options: LoadShedderOptions = {}) {
    this.shedder = new LoadShedder(resolveLoadShedder({ limit: 1, ...options }));
  }

  at(ms: number): this {
    this.nowMs = ms;
    return this;
  }

  enter(name: string, priority?: PriorityClass, deadlineAtMs?: number): string {
    const ticket = this.shedder.enter({ name, priority, deadlineAtMs }, this.nowMs);
    this.tickets.set(name, ticket);
    return said(ticket);
  }

  leave(name: string): string[] {
    this.shedder.leave(this.tickets.get(name) as Ticket<Named>, this.nowMs, "ok");
    return this.settle();
  }

  settle(): string[] {
    const lines: string[] = [];
    for (let ticket = this.shedder.next(this.nowMs); ticket !== undefined; ) {
      lines.push(said(ticket));
      ticket = this.shedder.next(this.nowMs);
    }
    return lines;
  }
}

function said({ request, state, reason }: Ticket<Named>): string {
  return `${request.name} ${state}: ${reason}`;
}

describe("load shedder without too much to do", () => {
  it("admits while there are places, lets the rest wait, first come first served", () => {
    const desk = new Desk({ limit: 2 });
    expect(desk.enter("a")).toBe("a admitted: placeFree");
    expect(desk.enter("b")).toBe("b admitted: placeFree");
    expect(desk.enter("c")).toBe("c queued: allPlacesTaken");
    expect(desk.enter("d")).toBe("d queued: allPlacesTaken");
    expect([desk.shedder.inFlight, desk.shedder.waiting]).toEqual([2, 2]);
    expect(desk.at(3).leave("a")).toEqual(["c admitted: nextInLine"]);
    expect(desk.at(6).leave("b")).toEqual(["d admitted: nextInLine"]);
    expect(desk.leave("b")).toEqual([]);
    expect(desk.shedder.inFlight).toBe(2);
  });

  it("lets the more important go first", () => {
    const desk = new Desk();
    desk.enter("a");
    desk.enter("low", "sheddable");
    desk.enter("mid");
    desk.enter("high", "critical");
    expect(desk.leave("a")).toEqual(["high admitted: nextInLine"]);
    expect(desk.leave("high")).toEqual(["mid admitted: nextInLine"]);
    expect(desk.leave("mid")).toEqual(["low admitted: nextInLine"]);
  });

  it("sends away the least important when the queue is full", () => {
    const desk = new Desk({ queueSize: 2 });
    desk.enter("a");
    desk.enter("b", "sheddable");
    desk.enter("c", "sheddable");
    expect(desk.enter("d", "sheddable")).toBe("d shed: queueFull");
    expect(desk.enter("e", "critical")).toBe("e queued: allPlacesTaken");
    expect(desk.settle()).toEqual(["c shed: displaced"]);
    desk.enter("f");
    expect(desk.settle()).toEqual(["b shed: displaced"]);
    expect(desk.enter("g")).toBe("g shed: queueFull");
    expect(desk.leave("a")).toEqual(["e admitted: nextInLine"]);
  });

  it("admits nobody whose deadline has passed, and says so in time", () => {
    const desk = new Desk();
    desk.enter("a");
    expect(desk.enter("b", "normal", 50)).toBe("b queued: allPlacesTaken");
    desk.enter("c", "normal", 20);
    expect(desk.at(10).enter("d", "critical", 10)).toBe("d expired: deadlinePassed");
    expect(desk.shedder.wakeAtMs).toBe(20);
    expect(desk.at(20).settle()).toEqual(["c expired: deadlinePassed"]);
    expect(desk.shedder.wakeAtMs).toBe(50);
    expect(desk.at(50).leave("a")).toEqual(["b expired: deadlinePassed"]);
    expect(desk.shedder.wakeAtMs).toBe(Infinity);
  });

  it("forgets a caller that leaves the line", () => {
    const desk = new Desk();
    desk.enter("a");
    desk.enter("b");
    desk.enter("c");
    expect(desk.leave("b")).toEqual([]);
    expect(desk.tickets.get("b")).toMatchObject({ state: "left", reason: "callerLeft" });
    expect(desk.leave("a")).toEqual(["c admitted: nextInLine"]);
  });
});

describe("load shedder with too much to do", () => {
  const crowded = () => {
    const desk = new Desk();
    desk.enter("a");
    for (let i = 0; i < 6; i++) desk.at(i * 19).enter(`b${i}`);
    return desk;
  };

  it("sheds who has waited for the target, once the queue has not been empty for the interval", () => {
    const desk = crowded();
    expect(desk.at(99).settle()).toEqual([]);
    expect(desk.shedder.overloaded(99)).toBe(false);
    expect(desk.shedder.wakeAtMs).toBe(100);
    expect(desk.at(100).settle()).toEqual([0, 1, 2, 3, 4].map((i) => `b${i} shed: waitedTooLong`));
    expect(desk.shedder.overloaded(100)).toBe(true);
  });

  it("keeps the last one, however long it waits, so that no place stays idle", () => {
    const desk = crowded();
    desk.at(100).settle();
    expect(desk.shedder.wakeAtMs).toBe(Infinity);
    expect(desk.at(500).leave("a")).toEqual(["b5 admitted: nextInLine"]);
    expect(desk.shedder.overloaded(500)).toBe(false);
  });

  it("takes the latest first", () => {
    const desk = crowded();
    desk.at(98).enter("c");
    desk.at(99).enter("d");
    desk.at(100).settle();
    expect(desk.at(101).leave("a")).toEqual(["d admitted: nextInLine"]);
    expect(desk.at(102).leave("d")).toEqual(["c admitted: nextInLine"]);
    expect(desk.at(103).enter("e")).toBe("e queued: allPlacesTaken");
    expect(desk.shedder.overloaded(103)).toBe(false);
  });

  it("sheds the sheddable at the door while something more important waits", () => {
    const desk = crowded();
    desk.at(101).settle();
    expect(desk.enter("c", "sheddable")).toBe("c shed: outranked");
    expect(desk.enter("d", "critical")).toBe("d queued: allPlacesTaken");
    expect(desk.enter("e", "critical")).toBe("e queued: allPlacesTaken");
  });

  it("does not shed the critical while others wait", () => {
    const desk = new Desk();
    desk.enter("a");
    desk.enter("b", "critical");
    desk.enter("c", "critical");
    desk.at(99).enter("d", "sheddable");
    expect(desk.at(101).settle()).toEqual([]);
    expect(desk.at(104).settle()).toEqual(["d shed: waitedTooLong", "b shed: waitedTooLong"]);
  });

  it("says when to come back: when the queue would be worked off", () => {
    const desk = new Desk({ queueSize: 3 });
    desk.enter("a");
    desk.enter("b");
    desk.at(200).leave("a");
    for (const name of ["c", "d", "e", "f"]) desk.enter(name);
    expect(desk.tickets.get("f")).toMatchObject({ state: "shed", retryAfterMs: 800 });
    const idle = new Desk({ queueSize: 0 });
    idle.enter("a");
    idle.enter("b");
    expect(idle.tickets.get("b")?.retryAfterMs).toBe(100);
  });
});

describe("limits of a load shedder", () => {
  it("go down with the lag of the event loop, and never below 1", () => {
    const { shedder } = new Desk({ limit: 10 });
    const limits = [0, 50, 51, 100, 500, 1e9, 20].map((lagMs) => {
      shedder.lag(lagMs);
      return shedder.limit;
    });
    expect(limits).toEqual([10, 10, 9, 5, 1, 1, 10]);
  });

  it("admit those who wait when the lag has passed", () => {
    const desk = new Desk({ limit: 2 });
    desk.shedder.lag(100);
    desk.enter("a");
    expect(desk.enter("b")).toBe("b queued: allPlacesTaken");
    desk.shedder.lag(0);
    expect(desk.settle()).toEqual(["b admitted: nextInLine"]);
  });

  it("follow a limit algorithm", () => {
    const options = { algorithm: { kind: "aimd" as const }, initial: 2, max: 4 };
    const shedder = new LoadShedder(resolveLoadShedder({ limit: options }));
    const [a, b] = [shedder.enter({}, 0), shedder.enter({}, 0)];
    expect(shedder.leave(a, 300, "dropped")).toMatchObject({
      limit: 1,
      change: "down",
      reason: "an attempt was dropped after 300ms",
    });
    expect(shedder.limit).toBe(1);
    expect(shedder.leave(b, 400)).toBeUndefined();
    expect(shedder.inFlight).toBe(0);
  });

  it("may be given a limit algorithm of one's own", () => {
    const fixed = { limit: 7, change: "hold", reason: "as agreed" } as const;
    const algorithm = { limit: 7, sample: () => fixed };
    const shedder = new LoadShedder(resolveLoadShedder({ limit: 3 }), algorithm);
    expect(shedder.limit).toBe(7);
    expect(shedder.leave(shedder.enter({}, 0), 5, "ok")).toBe(fixed);
  });
});

describe("options of a load shedder", () => {
  it("fill in the defaults", () => {
    expect(resolveLoadShedder({})).toMatchObject({
      limit: { initial: 20, min: 1, max: 200, algorithm: { kind: "gradient" } },
      queueSize: 1000,
      targetMs: 5,
      intervalMs: 100,
      maxLagMs: 50,
    });
  });

  it("refuse what contradicts itself", () => {
    expect(() => resolveLoadShedder({ target: "1s" })).toThrow(/longest wait under load/);
    expect(() => resolveLoadShedder({ limit: { min: 5, initial: 2 } })).toThrow(/first limit/);
    expect(() => resolveLoadShedder({ limit: 0 })).toThrow(/too small/);
  });
});
