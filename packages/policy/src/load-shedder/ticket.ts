/** Sheddable requests go first when there is too much, critical ones last. */
export type PriorityClass = "critical" | "normal" | "sheddable";

/** What the shedder wants to know of a request; whoever uses it may add more. */
export interface ShedderRequest {
  /** normal unless told */
  readonly priority?: PriorityClass | undefined;
  /** When its caller stops waiting; never unless told. */
  readonly deadlineAtMs?: number | undefined;
}

export type TicketState = "admitted" | "queued" | "shed" | "expired" | "left";

/** Why a ticket is in its state. */
export type TicketReason =
  /** admitted */
  | "placeFree"
  | "nextInLine"
  /** queued */
  | "allPlacesTaken"
  /** shed: there was no room to wait, and nobody less important to send away */
  | "queueFull"
  /** shed: sent away to make room for somebody more important */
  | "displaced"
  /** shed: too much is waiting, and something more important */
  | "outranked"
  /** shed: too much has been waiting for too long (controlled delay) */
  | "waitedTooLong"
  /** expired */
  | "deadlinePassed"
  /** left: done, or its caller went away */
  | "done"
  | "callerLeft";

/** One request on its way through a shedder. Only the shedder writes to it. */
export class Ticket<R extends ShedderRequest = ShedderRequest> {
  readonly request: R;
  readonly enteredAtMs: number;
  readonly deadlineAtMs: number;
  /** 0 for critical, 1 for normal, 2 for sheddable. */
  readonly rank: number;
  state: TicketState = "queued";
  reason: TicketReason = "allPlacesTaken";
  /** When it was admitted, shed or expired; NaN while it waits. */
  decidedAtMs = Number.NaN;
  /** With shed: when it is worth trying again, from then. */
  retryAfterMs: number | undefined = undefined;
  /** Neighbours in the line; the line's own. */
  older: Ticket<R> | undefined = undefined;
  newer: Ticket<R> | undefined = undefined;

  constructor(request: R, nowMs: number) {
    const { priority = "normal", deadlineAtMs = Number.POSITIVE_INFINITY } = request;
    this.request = request;
    this.enteredAtMs = nowMs;
    this.deadlineAtMs = deadlineAtMs;
    this.rank = RANKS[priority];
  }
}

export const CLASSES = 3;
const RANKS: Readonly<Record<PriorityClass, number>> = { critical: 0, normal: 1, sheddable: 2 };
