/** Where a policy reads the time and asks to be woken. Every moment is in milliseconds of one monotonic clock. */
export interface Clock {
  /** Milliseconds since any fixed moment; never goes back. */
  now(): number;
  /** Runs the callback once, at `atMs` or as soon after it as possible; at the next occasion if that is past. */
  schedule(atMs: number, callback: () => void): Scheduled;
  /** Forgets a callback that was not run yet; does nothing otherwise. */
  cancel(scheduled: Scheduled): void;
}

/** What `schedule` hands out, for `cancel`. */
export interface Scheduled {
  readonly atMs: number;
}
