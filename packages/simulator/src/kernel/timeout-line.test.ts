import fc from "fast-check";
import { expect, test } from "vitest";
import { later } from "../model/later.ts";
import { Kernel } from "./kernel.ts";
import { type Timed, TimeoutLine } from "./timeout-line.ts";

const TIMEOUT_MS = 10;

class Waiting implements Timed {
  timerTurn = 0;
  isInLine = false;
  dueBefore: Timed | undefined = undefined;
  dueBehind: Timed | undefined = undefined;
  readonly timerAtMs: number;
  readonly fire: (nowMs: number) => void;

  constructor(timerAtMs: number, fire: (nowMs: number) => void) {
    this.timerAtMs = timerAtMs;
    this.fire = fire;
  }
}

/** Begins a wait of TIMEOUT_MS, and returns how to leave before it is over. */
type Wait = (timedOut: (nowMs: number) => void) => () => void;

function inLine(kernel: Kernel): Wait {
  const line = new TimeoutLine(kernel);
  return (timedOut) => {
    const waiting = new Waiting(kernel.nowMs + TIMEOUT_MS, timedOut);
    expect(line.takes(waiting.timerAtMs)).toBe(true);
    line.join(waiting);
    return () => {
      if (waiting.isInLine) line.leave(waiting);
    };
  };
}

function withAlarms(kernel: Kernel): Wait {
  return (timedOut) => {
    const alarm = later(timedOut);
    kernel.after(TIMEOUT_MS, alarm);
    return () => kernel.cancel(alarm);
  };
}

const visits = fc.array(
  fc.record({
    gapMs: fc.integer({ min: 0, max: 4 }),
    leavesAfterMs: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
    somethingElse: fc.boolean(),
  }),
  { maxLength: 40 },
);
type Visits = typeof visits extends fc.Arbitrary<infer List> ? List : never;

function logOf(list: Visits, make: (kernel: Kernel) => Wait): readonly string[] {
  const kernel = new Kernel();
  const wait = make(kernel);
  const log: string[] = [];
  let atMs = 0;
  const visit = ({ leavesAfterMs, somethingElse }: Visits[number], id: number) => {
    const leave = wait((nowMs) => log.push(`${nowMs} timeout of ${id}`));
    if (leavesAfterMs !== undefined) kernel.after(leavesAfterMs, later(leave));
    const also = later((nowMs) => log.push(`${nowMs} something else of ${id}`));
    if (somethingElse) kernel.after(TIMEOUT_MS, also);
  };
  list.forEach((each, id) => {
    atMs += each.gapMs;
    kernel.at(
      atMs,
      later(() => visit(each, id)),
    );
  });
  kernel.run(Infinity);
  expect(kernel.pending).toBe(0);
  return log;
}

test("a line of timeouts does what an alarm for each does, at the same moments and in the same order", () => {
  fc.assert(
    fc.property(visits, (list) => {
      expect(logOf(list, inLine)).toEqual(logOf(list, withAlarms));
    }),
    { numRuns: 500, seed: 11 },
  );
});

test("a line does not take who is due before its last, and is as good as new when empty", () => {
  const kernel = new Kernel();
  const line = new TimeoutLine(kernel);
  const waiting = new Waiting(20, () => {});
  line.join(waiting);
  expect([line.takes(19), line.takes(20), kernel.pending]).toEqual([false, true, 1]);
  line.leave(waiting);
  expect([line.takes(19), kernel.pending]).toEqual([true, 0]);
});
