/** Where a policy reads the time and asks to be woken. Every moment is in milliseconds of one monotonic clock. */
export interface Clock {
  /** Milliseconds since any fixed moment; never goes back. */
  now(): number;
  /**
   * What `now` last answered, for uses that an older time serves as well. A clock that is cheap to read, or that
   * passes by hand, leaves it out.
   */
  readonly latestMs?: number;
  /** Runs the callback once, at `atMs` or as soon after it as possible; at the next occasion if that is past. */
  schedule(atMs: number, callback: () => void): Scheduled;
  /** Forgets a callback that was not run yet; does nothing otherwise. */
  cancel(scheduled: Scheduled): void;
}

/** What `schedule` hands out, for `cancel`. */
export interface Scheduled {
  readonly atMs: number;
}
