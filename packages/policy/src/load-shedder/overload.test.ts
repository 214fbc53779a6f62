import { describe, expect, it } from "vitest";
import { keyed } from "../../test-support/server-loop.ts";
import { LoadShedder } from "./machine.ts";
import { type LoadShedderOptions, resolveLoadShedder } from "./options.ts";
import type { PriorityClass, Ticket } from "./ticket.ts";

const PLACES = 10;
const SERVICE_MS = 10;
/** Callers that wait for longer have left, though nobody tells the server. */
const PATIENCE_MS = 100;

interface Result {
  readonly inTime: number;
  readonly late: number;
  readonly byClass: Record<PriorityClass, number>;
}

/** Ten places that take 1,000 requests a second; answers per second, in time and too late. */
function serve(perSecond: number, seconds: number, options: LoadShedderOptions = {}): Result {
  const shedder = new LoadShedder(resolveLoadShedder({ limit: PLACES, ...options }));
  const arrivals = keyed(3);
  const services = keyed(4);
  const classes = keyed(5);
  const running: { endsAtMs: number; ticket: Ticket }[] = [];
  const result = { inTime: 0, late: 0, byClass: { critical: 0, normal: 0, sheddable: 0 } };
  let served = 0;
  const start = (ticket: Ticket, nowMs: number) => {
    const endsAtMs = nowMs - Math.log(1 - services(served++)) * SERVICE_MS;
    running.push({ endsAtMs, ticket });
    running.sort((a, b) => a.endsAtMs - b.endsAtMs);
  };
  const settle = (nowMs: number) => {
    for (;;) {
      const ticket = shedder.next(nowMs);
      if (ticket === undefined) return;
      if (ticket.state === "admitted") start(ticket, nowMs);
    }
  };
  let nextMs = 0;
  for (let index = 0; nextMs < seconds * 1000; ) {
    const first = running[0];
    if (first !== undefined && first.endsAtMs <= nextMs) {
      running.shift();
      const { ticket, endsAtMs } = first;
      shedder.leave(ticket, endsAtMs, "ok");
      if (endsAtMs - ticket.enteredAtMs > PATIENCE_MS) result.late += 1 / seconds;
      else {
        result.inTime += 1 / seconds;
        result.byClass[ticket.request.priority ?? "normal"] += 1 / seconds;
      }
      settle(endsAtMs);
    } else {
      const draw = classes(index);
      const priority = draw < 0.2 ? "critical" : draw < 0.5 ? "normal" : "sheddable";
      const ticket = shedder.enter({ priority }, nextMs);
      if (ticket.state === "admitted") start(ticket, nextMs);
      settle(nextMs);
      nextMs += -Math.log(1 - arrivals(index++)) * (1000 / perSecond);
    }
  }
  return result;
}

describe("a server of 1,000 requests a second behind a load shedder", () => {
  it("answers nearly as many in time when three times as many come", () => {
    const { inTime, late } = serve(3000, 20);
    expect(inTime).toBeGreaterThan(970);
    expect(late).toBeLessThan(10);
  });

  it("without controlled delay answers too late instead, with the same queue", () => {
    const { inTime, late } = serve(3000, 20, { interval: "1h", target: "1h" });
    expect(inTime).toBeLessThan(700);
    expect(late).toBeGreaterThan(300);
  });

  it("answers all that is critical first, then the normal, and the sheddable with the rest", () => {
    const { byClass } = serve(3000, 20);
    expect(byClass.critical).toBeGreaterThan(560);
    expect(byClass.normal).toBeGreaterThan(300);
    expect(byClass.sheddable).toBeLessThan(60);
  });

  it("sheds nothing to speak of at half its capacity", () => {
    const { inTime, late } = serve(500, 20);
    expect(inTime + late).toBeGreaterThan(495 * 0.98);
    expect(late).toBeLessThan(1);
  });
});
