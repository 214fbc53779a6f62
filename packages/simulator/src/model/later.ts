import { Alarm } from "../kernel/event-queue.ts";

/** An alarm that calls a function, for what happens rarely enough. */
export function later(action: (nowMs: number) => void): Alarm {
  return new Alarm({ fire: action });
}
