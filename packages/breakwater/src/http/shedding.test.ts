import { InvalidOptionsError } from "@breakwater/policy";
import { describe, expect, it } from "vitest";
import { realClock } from "../clock/real-clock.ts";
import { ManualClock } from "../testing.ts";
import { type Entrant, priorityClass, Shedding } from "./shedding.ts";

/** Requests by name, and what became of each, in order. */
function watched(shedding: Shedding) {
  const heard: string[] = [];
  const enter = (name: string, more: Partial<Entrant> = {}) =>
    shedding.enter({
      goes: () => heard.push(`${name} goes`),
      refused: ({ status, headers, body }) =>
        heard.push([name, status, headers["retry-after"], body.reason].filter(Boolean).join(" ")),
      ...more,
    });
  return { heard, enter };
}

describe("a load shedder on a clock", () => {
  it("tells who waits when a place is free, and holds a timer only while somebody may be sent away", async () => {
    const clock = new ManualClock();
    const { heard, enter } = watched(new Shedding({ limit: 1, queueSize: 2 }, clock));
    const leaveA = enter("a");
    expect([heard.splice(0), clock.pending]).toEqual([["a goes"], 0]);
    enter("b", { deadlineAtMs: 30 });
    enter("c");
    enter("d");
    expect([heard.splice(0), clock.pending]).toEqual([["d 503 1 queueFull"], 1]);
    await clock.advance(30);
    expect([heard.splice(0), clock.pending]).toEqual([["b 504"], 0]);
    leaveA("ok");
    expect(heard.splice(0)).toEqual(["c goes"]);
    leaveA("ok");
    leaveA(undefined);
    enter("e", { deadlineAtMs: 30 });
    expect([heard, clock.pending]).toEqual([["e 504"], 0]);
  });

  it("sheds who has waited for too long when the queue does not empty", async () => {
    const clock = new ManualClock();
    const options = { limit: 1, target: "5ms", interval: "100ms" } as const;
    const { heard, enter } = watched(new Shedding(options, clock));
    for (const name of ["a", "b", "c"]) enter(name);
    await clock.advance(99);
    expect(heard.splice(0)).toEqual(["a goes"]);
    await clock.advance(1);
    expect([heard, clock.pending]).toEqual([["b 503 1 waitedTooLong"], 0]);
  });
});

describe("the event loop's lag", () => {
  /** Who goes of two, when the event loop has just been kept busy. */
  async function busy(maxLag: string) {
    const { heard, enter } = watched(new Shedding({ limit: 2, queueSize: 0, maxLag }, realClock));
    for (let i = 0; i < 4; i++) {
      const untilMs = performance.now() + 60;
      while (performance.now() < untilMs);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    enter("a");
    enter("b");
    return heard;
  }

  it("lowers the limit where it is longer than allowed", async () => {
    expect(await busy("5ms")).toEqual(["a goes", "b 503 1 queueFull"]);
    expect(await busy("1h")).toEqual(["a goes", "b goes"]);
  });
});

it("makes three classes of priorities", () => {
  expect([undefined, 0, 1, 100, -1].map(priorityClass)).toEqual([
    "normal",
    "normal",
    "critical",
    "critical",
    "sheddable",
  ]);
});

it("refuses options that are wrong", () => {
  expect(() => new Shedding({ limit: 0 }, realClock)).toThrow(InvalidOptionsError);
});
