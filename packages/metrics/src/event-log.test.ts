import { expect, test } from "vitest";
import { EventLog } from "./event-log.ts";
import type { RunEvent } from "./result.ts";

const event = (atMs: number, type: RunEvent["type"], subject: string): RunEvent => ({
  atMs,
  type,
  subject,
  part: "",
  reason: "",
});

test("lists events by time and keeps the order of those at the same time", () => {
  const log = new EventLog();
  log.add(event(5, "circuitOpened", "b"));
  log.add(event(1, "faultStarted", "a"));
  log.add(event(5, "circuitHalfOpened", "c"));
  expect(log.toArray().map(({ subject }) => subject)).toEqual(["a", "b", "c"]);
  expect(log.dropped).toBe(0);
});

test("keeps the first of them and counts the rest, but never loses a fault or the end of the load", () => {
  const log = new EventLog(2);
  log.add(event(0, "faultStarted", "fault"));
  for (let i = 1; i <= 5; i++) log.add(event(i, "circuitOpened", `breaker ${i}`));
  log.add(event(6, "faultEnded", "fault"));
  log.add(event(7, "loadEnded", "load"));
  expect(log.toArray().map(({ atMs }) => atMs)).toEqual([0, 1, 2, 6, 7]);
  expect(log.dropped).toBe(3);
});
