import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holds } from "../../test-support/properties.ts";
import { LoadShedder } from "./machine.ts";
import { resolveLoadShedder } from "./options.ts";
import type { PriorityClass, Ticket } from "./ticket.ts";

const VERBS = ["enter", "enter", "enter", "leave", "leave", "lag", "settle", "settle"] as const;
const PAUSES = [0, 1, 2, 4, 9, 30, 60, 150];
const CLASSES: readonly PriorityClass[] = ["critical", "normal", "sheddable", "sheddable"];
const DEADLINES = [undefined, undefined, 0, 3, 20, 90, 200, 1000];
const LAGS = [0, 0, 60, 1000];

const scripts = fc.array(fc.nat(8 * 8 * 4 * 8 - 1), { maxLength: 40, size: "max" });
const options = fc.nat(3 * 4 - 1).map((code) => ({
  limit: 1 + (code % 3),
  queueSize: [0, 2, 5, 50][Math.floor(code / 3)] as number,
}));

/** Plays a script, and checks what happened after every step. */
class Auditor {
  readonly shedder: LoadShedder;
  readonly tickets: Ticket[] = [];
  nowMs = 0;
  notEmptySinceMs = Infinity;
  /** Places taken that were allowed when they were taken. */
  allowed = 0;

  constructor(settings: { limit: number; queueSize: number }) {
    this.shedder = new LoadShedder(resolveLoadShedder(settings));
  }

  step(code: number): void {
    this.nowMs += PAUSES[(code >> 3) & 7] as number;
    const { shedder, nowMs } = this;
    const verb = VERBS[code & 7];
    const pick = code >> 6;
    if (verb === "enter") {
      const after = DEADLINES[(code >> 8) & 7];
      const deadlineAtMs = after === undefined ? undefined : nowMs + after;
      const ticket = shedder.enter({ priority: CLASSES[pick & 3], deadlineAtMs }, nowMs);
      this.tickets.push(ticket);
      this.decided(ticket);
    } else if (verb === "leave") {
      const present = this.tickets.filter(({ state }) => /admitted|queued/.test(state));
      const ticket = present[pick % Math.max(1, present.length)];
      if (ticket !== undefined) shedder.leave(ticket, nowMs, "ok");
    } else if (verb === "lag") shedder.lag(LAGS[pick & 3] as number);
    this.settle();
    this.count();
  }

  settle(): void {
    for (let bound = 0; bound <= this.tickets.length; bound++) {
      const ticket = this.shedder.next(this.nowMs);
      if (ticket === undefined) return;
      this.decided(ticket);
    }
    expect.unreachable("next comes to no end");
  }

  waiting(): Ticket[] {
    return this.tickets.filter(({ state }) => state === "queued");
  }

  decided(ticket: Ticket): void {
    const { nowMs, shedder } = this;
    const { state, rank, deadlineAtMs, reason, enteredAtMs } = ticket;
    if (state === "admitted") {
      this.must(nowMs < deadlineAtMs, "admitted after its deadline");
      this.must(
        this.waiting().every((other) => other.rank >= rank),
        "overtook its betters",
      );
      this.must(shedder.inFlight <= shedder.limit, "one too many admitted");
      this.allowed = shedder.inFlight;
    } else if (state === "expired") {
      this.must(nowMs >= deadlineAtMs, "expired before its deadline");
    } else if (state === "shed") {
      this.must(
        this.waiting().every((other) => other.rank <= rank),
        "shed before its inferiors",
      );
      this.must((ticket.retryAfterMs ?? 0) >= 100, "without a time to come back");
    }
    if (reason === "waitedTooLong") {
      this.must(nowMs - enteredAtMs >= 5, "shed below the target");
      this.must(nowMs - this.notEmptySinceMs >= 100, "shed before the interval was over");
    }
  }

  count(): void {
    const { shedder, nowMs } = this;
    const waiting = this.waiting();
    const admitted = this.tickets.filter(({ state }) => state === "admitted");
    this.must(waiting.length === shedder.waiting, "lost somebody who waits");
    this.must(admitted.length === shedder.inFlight, "lost somebody who is admitted");
    this.must(waiting.length === 0 || shedder.inFlight >= shedder.limit, "a place stays idle");
    this.must(shedder.wakeAtMs > nowMs, "settled, but something is due");
    const earliest = Math.min(...waiting.map(({ deadlineAtMs }) => deadlineAtMs));
    this.must(shedder.wakeAtMs <= earliest, "sleeps through a deadline");
    if (waiting.length === 0) this.notEmptySinceMs = Infinity;
    else if (this.notEmptySinceMs === Infinity) this.notEmptySinceMs = nowMs;
  }

  must(fine: boolean, problem: string): void {
    if (!fine) expect(problem).toBe(`nothing wrong at ${this.nowMs}`);
  }
}

describe("load shedder, on any sequence", () => {
  it("keeps count, order, deadlines and the delay that it controls", () =>
    holds(
      fc.property(options, scripts, (settings, codes) => {
        const auditor = new Auditor(settings);
        for (const code of codes) auditor.step(code);
      }),
    ));

  it("is empty in the end, each ticket in one of its final states", () =>
    holds(
      fc.property(options, scripts, (settings, codes) => {
        const auditor = new Auditor(settings);
        for (const code of codes) auditor.step(code);
        for (const ticket of auditor.tickets) auditor.shedder.leave(ticket, auditor.nowMs, "ok");
        auditor.settle();
        for (const ticket of auditor.tickets) auditor.shedder.leave(ticket, auditor.nowMs, "ok");
        auditor.must(auditor.shedder.inFlight === 0, "places taken");
        auditor.must(auditor.shedder.waiting === 0, "somebody waits");
        auditor.must(
          auditor.tickets.every(({ state }) => /shed|expired|left/.test(state)),
          "a ticket without an end",
        );
      }),
    ));
});
