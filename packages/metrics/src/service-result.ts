export interface ServiceResult {
  readonly name: string;
  readonly instances: number;
  /** Per instance; null for unlimited. */
  readonly workers: number | null;
  /** Requests that arrived = the sum of the rest. */
  readonly arrived: number;
  readonly ok: number;
  readonly failed: number;
  /** No room in the queue. */
  readonly rejected: number;
  /** Lost in a crash. */
  readonly lost: number;
  /** Dropped from the queue, or stopped, because the caller had left. */
  readonly dropped: number;
  /** Waiting, worked on, or hanging when the run ended. */
  readonly inFlight: number;
  /** Finished though the caller had given up. */
  readonly wasted: number;
  /** Worker time spent, over all workers; and the part of it spent on requests whose caller had left before the end. */
  readonly busyMs: number;
  readonly wastedMs: number;
  /** When a worker was last busy; 0 when none ever was. */
  readonly lastBusyMs: number;
  readonly maxQueue: number;
  /** The two sides of Little's law; undefined where they were not counted (live runs). */
  readonly presence?: Presence;
  /** Who caused the wasted work, the most costly first; undefined where there was none or it was not counted. */
  readonly wastedBy?: readonly WastedPart[];
  readonly series: {
    readonly arrived: readonly number[];
    readonly ok: readonly number[];
    readonly failed: readonly number[];
    readonly rejected: readonly number[];
    readonly wasted: readonly number[];
    /** Mean over the bucket, all instances added up. */
    readonly queue: readonly number[];
    readonly busy: readonly number[];
  };
}

/** Requests in a service, seen as their number over time and as the time of each. */
export interface Presence {
  /** Their number, integrated over the run, in request-milliseconds. */
  readonly areaMs: number;
  /** Requests that are over, and how long they were there, added up. */
  readonly left: number;
  readonly stayedMs: number;
}

/**
 * Why the caller of a request left before its end:
 * - timeout: a first attempt took longer than its timeout or the deadline
 * - retry: so did a further attempt
 * - hedge: another attempt of the same call was faster
 * - departed: the caller itself was given up, by its own caller or by the customer
 */
export type WasteCause = "timeout" | "retry" | "hedge" | "departed";

/** Work of a service for callers who had left. */
export interface WastedPart {
  readonly edge: string;
  readonly cause: WasteCause;
  readonly requests: number;
  /** Worker time. */
  readonly ms: number;
}
