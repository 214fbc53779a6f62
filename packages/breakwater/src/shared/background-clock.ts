import type { Clock, Scheduled } from "../clock/clock.ts";

interface Timer extends Scheduled {
  readonly timer: ReturnType<typeof setTimeout>;
}

/** A clock for work that goes on for ever beside the calls: it does not keep a process alive. */
export const backgroundClock: Clock = {
  now: () => performance.now(),
  schedule(atMs, callback): Timer {
    const timer = setTimeout(callback, Math.max(0, atMs - performance.now()));
    // A browser's timer is a number.
    if (typeof timer === "object") timer.unref();
    return { atMs, timer };
  },
  cancel: (scheduled) => clearTimeout((scheduled as Timer).timer),
};
