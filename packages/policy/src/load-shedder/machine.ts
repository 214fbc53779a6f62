/**
 * Load shedder: stands in front of a server's handler, and decides for each request whether it is admitted, waits or
 * is shed, so that the server does the work that somebody still waits for.
 *
 * States of a ticket: queued, then admitted, shed, expired or left; an admitted one leaves in the end. The shedder is
 * overloaded when its queue has not been empty for `interval`. Then whoever came last is next (adaptive LIFO: the
 * others have waited in vain already), and who has waited for `target` or longer is shed (controlled delay), but for
 * the last one, so that no free place stays idle.
 *
 * Inputs: enter, leave, lag, next. After each of them, and at wakeAtMs, call next until it gives nothing.
 * Invariants
 *   1. Whoever entered is in exactly one state, and no more are admitted than there are places, but for those
 *      admitted before the limit went down.
 *   2. Nobody is admitted at or after its deadline, nor while somebody more important waits; nobody is shed while
 *      somebody less important waits.
 *
 * Sources: K. Nichols and V. Jacobson, "Controlling queue delay", ACM Queue, 2012; B. Maurer, "Fail at scale", ACM
 * Queue, 2015, for the variant of it for servers and for adaptive LIFO.
 */
import type {
  LimitAlgorithm,
  LimitDecision,
  SampleOutcome,
} from "../concurrency-limiter/limit-algorithm.ts";
import type { ResolvedLimit } from "../concurrency-limiter/machine.ts";
import { type ShedderRequest, Ticket, type TicketReason, type TicketState } from "./ticket.ts";
import { Line, WaitingRoom } from "./waiting-room.ts";

export interface ResolvedLoadShedder {
  /** Requests handled at the same time: fixed, or found out. */
  readonly limit: number | ResolvedLimit;
  /** Makes what finds a limit out: given from outside, so that a shedder with a fixed limit carries none of it. */
  readonly makeLimit: (limit: ResolvedLimit) => LimitAlgorithm;
  readonly queueSize: number;
  readonly targetMs: number;
  readonly intervalMs: number;
  /** Event-loop lag above this lowers the limit. */
  readonly maxLagMs: number;
}

/** Share of a new handling time in their mean. */
const WEIGHT = 0.1;
const NEVER = Number.POSITIVE_INFINITY;

export class LoadShedder<R extends ShedderRequest = ShedderRequest> {
  /** Requests that are handled now. */
  inFlight = 0;
  readonly #options: ResolvedLoadShedder;
  readonly #algorithm: LimitAlgorithm | undefined;
  readonly #room = new WaitingRoom<R>();
  /** Sent away since the last call of next. */
  readonly #out = new Line<R>();
  #limit: number;
  #lagMs = 0;
  #meanMs = 0;

  /** @param algorithm finds the limit, in place of what the options say */
  constructor(options: ResolvedLoadShedder, algorithm?: LimitAlgorithm) {
    this.#options = options;
    const { limit, makeLimit } = options;
    this.#algorithm = algorithm ?? (typeof limit === "number" ? undefined : makeLimit(limit));
    this.#limit = this.#algorithm?.limit ?? (limit as number);
  }

  get waiting(): number {
    return this.#room.length;
  }

  /** Requests that may be handled at the same time now; at least 1. */
  get limit(): number {
    const { maxLagMs } = this.#options;
    if (this.#lagMs <= maxLagMs) return this.#limit;
    return Math.max(1, Math.floor(this.#limit * (maxLagMs / this.#lagMs)));
  }

  /** When next has something to say even if nothing else happens; Infinity for never. */
  get wakeAtMs(): number {
    return Math.min(this.#room.earliestDeadlineMs, this.#delayDueMs());
  }

  overloaded(nowMs: number): boolean {
    return nowMs - this.#room.notEmptySinceMs >= this.#options.intervalMs;
  }

  /** A request has come. Its ticket says what became of it; if it is queued, next tells the rest. */
  enter(request: R, nowMs: number): Ticket<R> {
    this.#sweep(nowMs);
    const ticket = new Ticket(request, nowMs);
    if (ticket.deadlineAtMs <= nowMs) decide(ticket, "expired", "deadlinePassed", nowMs);
    else if (this.#room.length === 0 && this.inFlight < this.limit) {
      this.#admit(ticket, "placeFree", nowMs);
    } else this.#queue(ticket, nowMs);
    return ticket;
  }

  /** A ticket that waited and does not wait any longer: admitted, shed or expired. */
  next(nowMs: number): Ticket<R> | undefined {
    this.#sweep(nowMs);
    const out = this.#out.oldest;
    if (out !== undefined) {
      this.#out.remove(out);
      return out;
    }
    if (this.inFlight >= this.limit) return undefined;
    const line = this.#room.best;
    const ticket = this.overloaded(nowMs) ? line?.newest : line?.oldest;
    if (ticket === undefined) return undefined;
    this.#room.remove(ticket);
    this.#admit(ticket, "nextInLine", nowMs);
    return ticket;
  }

  /**
   * A request is done, or its caller has left. Anything but an admitted or waiting ticket is ignored.
   * @param outcome how the work ended, for a limit that is found out; undefined when that says nothing
   * @returns what was decided about the limit, when it is found out
   */
  leave(ticket: Ticket<R>, nowMs: number, outcome?: SampleOutcome): LimitDecision | undefined {
    const { state } = ticket;
    if (state === "queued") {
      this.#room.remove(ticket);
      decide(ticket, "left", "callerLeft", nowMs);
      return undefined;
    }
    if (state !== "admitted") return undefined;
    const inFlight = this.inFlight--;
    const latencyMs = nowMs - ticket.decidedAtMs;
    ticket.state = "left";
    ticket.reason = "done";
    if (outcome === undefined) return undefined;
    this.#meanMs += (this.#meanMs === 0 ? 1 : WEIGHT) * (latencyMs - this.#meanMs);
    const decision = this.#algorithm?.sample({ latencyMs, inFlight, outcome, nowMs });
    if (decision !== undefined) this.#limit = decision.limit;
    return decision;
  }

  /** How late the event loop runs its timers. Told again and again; the latest counts. */
  lag(lagMs: number): void {
    this.#lagMs = lagMs;
  }

  #queue(ticket: Ticket<R>, nowMs: number): void {
    const { queueSize } = this.#options;
    const least = this.#room.least?.newest;
    const best = this.#room.best?.newest;
    const lowest = least === undefined || least.rank <= ticket.rank;
    if (lowest && best !== undefined && best.rank < ticket.rank && this.overloaded(nowMs)) {
      this.#shed(ticket, "outranked", nowMs);
      return;
    }
    if (this.#room.length >= queueSize) {
      if (lowest) {
        this.#shed(ticket, "queueFull", nowMs);
        return;
      }
      // Whoever would be the last to be admitted.
      const line = this.#room.least as Line<R>;
      this.#sendAway((this.overloaded(nowMs) ? line.oldest : line.newest) as Ticket<R>, nowMs);
    }
    this.#room.join(ticket);
  }

  #sweep(nowMs: number): void {
    for (;;) {
      const expired = this.#room.takeExpired(nowMs);
      if (expired === undefined) break;
      decide(expired, "expired", "deadlinePassed", nowMs);
      this.#out.push(expired);
    }
    while (nowMs >= this.#delayDueMs()) {
      const ticket = this.#room.least?.oldest as Ticket<R>;
      this.#room.remove(ticket);
      this.#shed(ticket, "waitedTooLong", nowMs);
      this.#out.push(ticket);
    }
  }

  /** When the least important one that waits has waited for too long, though others wait as well. */
  #delayDueMs(): number {
    if (this.#room.length < 2) return NEVER;
    const { targetMs, intervalMs } = this.#options;
    const oldest = this.#room.least?.oldest as Ticket<R>;
    return Math.max(this.#room.notEmptySinceMs + intervalMs, oldest.enteredAtMs + targetMs);
  }

  #sendAway(ticket: Ticket<R>, nowMs: number): void {
    this.#room.remove(ticket);
    this.#shed(ticket, "displaced", nowMs);
    this.#out.push(ticket);
  }

  #shed(ticket: Ticket<R>, reason: TicketReason, nowMs: number): void {
    decide(ticket, "shed", reason, nowMs);
    // The time in which the queue would be worked off.
    const drainMs = ((this.#room.length + 1) * this.#meanMs) / this.limit;
    ticket.retryAfterMs = Math.max(this.#options.intervalMs, drainMs);
  }

  #admit(ticket: Ticket<R>, reason: TicketReason, nowMs: number): void {
    decide(ticket, "admitted", reason, nowMs);
    this.inFlight++;
  }
}

function decide<R extends ShedderRequest>(
  ticket: Ticket<R>,
  state: TicketState,
  reason: TicketReason,
  nowMs: number,
): void {
  ticket.state = state;
  ticket.reason = reason;
  ticket.decidedAtMs = nowMs;
}
