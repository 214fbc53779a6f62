/**
 * A load shedder on real time: tells the machine of requests that come and go and of the event loop's lag, and keeps
 * the one timer that it asks for.
 *
 * Invariants
 *   1. Of `goes` and `refused` one is called, once, unless the caller leaves first.
 *   2. While nobody waits there is no timer, so a server that has nothing to do can end.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import {
  LoadShedder,
  type LoadShedderOptions,
  type PriorityClass,
  resolveLoadShedder,
  type ShedderRequest,
  type Ticket,
} from "@breakwater/policy";
import type { Clock, Scheduled } from "../clock/clock.ts";
import { type ErrorAnswer, refusal } from "./answer-for.ts";

export interface Entrant extends ShedderRequest {
  goes(): void;
  refused(answer: ErrorAnswer): void;
}

/** How a request that was let in has ended; undefined when its client has left, which says nothing. */
export type Leaving = "ok" | "failed" | "dropped" | undefined;

const RESOLUTION_MS = 10;
/** How long the lag is watched before it counts. */
const LAG_WINDOW_MS = 100;

export class Shedding {
  readonly #shedder: LoadShedder<Entrant>;
  readonly #clock: Clock;
  readonly #report: (ticket: Ticket<Entrant>) => void;
  readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #lagToldAtMs: number;
  #timer: Scheduled | undefined = undefined;

  /**
   * @param report told of each request that is sent away
   * @throws InvalidOptionsError
   */
  constructor(
    options: LoadShedderOptions,
    clock: Clock,
    report: (ticket: Ticket<Entrant>) => void = () => {},
  ) {
    this.#report = report;
    this.#shedder = new LoadShedder(resolveLoadShedder(options));
    this.#clock = clock;
    this.#lagToldAtMs = clock.now();
    this.#delays.enable();
  }

  /** Returns what to call when the request is done, or its client has left. */
  enter(entrant: Entrant): (how: Leaving) => void {
    const nowMs = this.#clock.now();
    this.#tellLag(nowMs);
    const ticket = this.#shedder.enter(entrant, nowMs);
    if (ticket.state !== "queued") this.#tell(ticket);
    this.#tellOthers();
    return (how) => {
      this.#shedder.leave(ticket, this.#clock.now(), how);
      this.#tellOthers();
    };
  }

  #tellOthers(): void {
    const nowMs = this.#clock.now();
    for (let next = this.#shedder.next(nowMs); next; next = this.#shedder.next(nowMs)) {
      this.#tell(next);
    }
    const { wakeAtMs } = this.#shedder;
    if (this.#timer?.atMs === wakeAtMs) return;
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    const wake = (): void => {
      this.#timer = undefined;
      this.#tellOthers();
    };
    this.#timer = wakeAtMs < Infinity ? this.#clock.schedule(wakeAtMs, wake) : undefined;
  }

  #tell(ticket: Ticket<Entrant>): void {
    const { request, state, reason, retryAfterMs } = ticket;
    if (state === "admitted") {
      request.goes();
      return;
    }
    this.#report(ticket);
    if (state === "expired") request.refused(refusal("BREAKWATER_DEADLINE_EXCEEDED"));
    else request.refused(refusal("BREAKWATER_REJECTED", reason, retryAfterMs));
  }

  #tellLag(nowMs: number): void {
    if (nowMs - this.#lagToldAtMs < LAG_WINDOW_MS) return;
    this.#lagToldAtMs = nowMs;
    const meanMs = this.#delays.mean / 1e6;
    this.#shedder.lag(meanMs > RESOLUTION_MS ? meanMs - RESOLUTION_MS : 0);
    this.#delays.reset();
  }
}

/** Above 0 is critical, below 0 sheddable. */
export function priorityClass(priority: number | undefined): PriorityClass {
  if (priority === undefined || priority === 0) return "normal";
  return priority > 0 ? "critical" : "sheddable";
}
