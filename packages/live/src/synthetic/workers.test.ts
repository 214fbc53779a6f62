import { expect, test } from "vitest";
import { type Job, Workers } from "./workers.ts";

function house(workers: number, queueCapacity: number, queueOrder: "fifo" | "lifo" = "fifo") {
  const begun: string[] = [];
  const levels = { queue: 0, busy: 0 };
  const made = new Workers({
    workers,
    queueCapacity,
    queueOrder,
    queueChanged: (by) => {
      levels.queue += by;
    },
    busyChanged: (by) => {
      levels.busy += by;
    },
  });
  const job = (name: string, dropped = false): Job => ({
    begin: (worker) => begun.push(`${name} by ${worker}`),
    dropped: () => dropped,
  });
  return { made, begun, levels, job };
}

test("so many work, so many wait, and one more is refused", () => {
  const { made, begun, levels, job } = house(1, 1);
  expect(made.offer(job("a"), false)).toBe(true);
  expect(made.offer(job("b"), false)).toBe(true);
  expect(made.offer(job("c"), false)).toBe(false);
  expect(levels).toEqual({ queue: 1, busy: 1 });
  made.free(0);
  expect(begun).toEqual(["a by 0", "b by 0"]);
});

test("a retried request may stand in front, and whoever has left may be left out", () => {
  const { made, begun, job } = house(1, Infinity);
  made.offer(job("a"), false);
  made.offer(job("b", true), false);
  made.offer(job("c"), false);
  made.offer(job("again"), true);
  made.free(0);
  made.free(0);
  expect(begun).toEqual(["a by 0", "again by 0", "c by 0"]);
});

test("the latest first, and workers that are gone take nothing up", () => {
  const { made, begun, job } = house(2, Infinity, "lifo");
  made.loseShare(0.5);
  for (const name of ["a", "b", "c"]) made.offer(job(name), false);
  expect(begun).toEqual(["a by 0"]);
  made.regainShare(0.5);
  expect(begun).toEqual(["a by 0", "c by 1"]);
});
