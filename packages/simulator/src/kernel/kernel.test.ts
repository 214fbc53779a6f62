import { describe, expect, test } from "vitest";
import { later } from "../model/later.ts";
import { Kernel, TimeStandsStillError } from "./kernel.ts";

function planned(kernel: Kernel, ...times: number[]): string[] {
  const log: string[] = [];
  for (const atMs of times) {
    kernel.at(
      atMs,
      later((nowMs) => log.push(`${atMs} at ${nowMs}, clock ${kernel.nowMs}`)),
    );
  }
  return log;
}

describe("virtual time", () => {
  test("moves from event to event, up to and including the end", () => {
    const kernel = new Kernel();
    const log = planned(kernel, 30, 10, 20, 20.5);
    kernel.run(20);
    expect(log).toEqual(["10 at 10, clock 10", "20 at 20, clock 20"]);
    expect([kernel.nowMs, kernel.nextAtMs, kernel.pending, kernel.fired]).toEqual([20, 20.5, 2, 2]);
    kernel.run(100);
    expect(log.length).toBe(4);
    expect([kernel.nowMs, kernel.nextAtMs, kernel.pending]).toEqual([30, Infinity, 0]);
  });

  test("runs to the last event when it is given no end", () => {
    const kernel = new Kernel();
    const log = planned(kernel, 10, 20);
    kernel.run(Infinity);
    expect(log.length).toBe(2);
    expect(kernel.nowMs).toBe(20);
  });

  test("stops when it is told that all is quiet", () => {
    const kernel = new Kernel();
    const log = planned(kernel, 10, 20, 30);
    kernel.run(100, () => log.length === 2);
    expect([log.length, kernel.nowMs]).toEqual([2, 20]);
  });

  test("an event may plan others: at the same moment they come after those already planned", () => {
    const kernel = new Kernel();
    const log: string[] = [];
    const note = (text: string) => later((nowMs) => log.push(`${text} ${nowMs}`));
    kernel.at(
      5,
      later(() => {
        kernel.after(0, note("child"));
        kernel.after(3, note("grandchild"));
      }),
    );
    kernel.at(5, note("sibling"));
    kernel.run(10);
    expect(log).toEqual(["sibling 5", "child 5", "grandchild 8"]);
  });

  test("an event that was cancelled never happens", () => {
    const kernel = new Kernel();
    const event = later(() => {
      throw new Error("happened");
    });
    kernel.at(5, event);
    kernel.cancel(event);
    kernel.run(10);
    expect([kernel.fired, kernel.nowMs]).toEqual([0, 0]);
  });

  test("nothing is planned in the past", () => {
    const kernel = new Kernel();
    planned(kernel, 10);
    kernel.run(10);
    expect(() =>
      kernel.at(
        9.999,
        later(() => {}),
      ),
    ).toThrow(new RangeError("cannot schedule 9.999 ms at 10 ms"));
    expect(() =>
      kernel.after(
        -0.001,
        later(() => {}),
      ),
    ).toThrow(RangeError);
    expect(kernel.pending).toBe(0);
  });

  test("a circle in which no time passes is an error that says where and what to do", () => {
    const kernel = new Kernel();
    const circle = later(() => kernel.after(0, circle));
    kernel.at(3, circle);
    expect(() => kernel.run(10)).toThrow(TimeStandsStillError);
    expect(() => kernel.run(10)).toThrow(/events happened at 3 ms.*think time/s);
  });
});
