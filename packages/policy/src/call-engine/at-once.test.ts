import { describe, expect, it } from "vitest";
import { EVERY_PART } from "../policy/parts.ts";
import { resolvePolicy } from "../policy/resolve.ts";
import { AtOnce, mayGoAtOnce, NOT_AT_ONCE } from "./at-once.ts";
import { Call } from "./call.ts";
import { CallEngine } from "./engine.ts";

const options = {
  idempotent: true,
  deadline: 100,
  timeout: 30,
  retry: { attempts: 3, budget: { ratio: 0.5 } },
  rateLimiter: { limit: 2, per: 10 },
  bulkhead: { concurrent: 1, queue: { size: 1 } },
  circuitBreaker: { failureRate: 0.5, minimumCalls: 1, openFor: 10 },
} as const;

function engine(): CallEngine {
  return new CallEngine(resolvePolicy(options), { parts: EVERY_PART, random: () => 0.5 });
}

describe("the short way", () => {
  it("adopts a call where start would have left it", () => {
    const call = new Call(1);
    engine().start(call, 1000);
    const adopted = new Call(1);
    const subject = new AtOnce(engine());
    subject.adopt(adopted, subject.admit(1000), 1000);
    expect(adopted).toEqual(call);
  });

  it("takes all that the attempt needs, or nothing", () => {
    const one = engine();
    const subject = new AtOnce(one);
    expect(subject.admit(0)).not.toBe(NOT_AT_ONCE);
    expect(one.admission.bulkhead?.inFlight).toBe(1);
    // No place is free, so neither a permit of the rate limiter is taken nor a part of the budget given.
    const tokens = one.budget?.tokens(0);
    expect(subject.admit(0)).toBe(NOT_AT_ONCE);
    expect(one.budget?.tokens(0)).toBe(tokens);
    subject.succeed(0, 0, 0);
    expect(one.admission.bulkhead?.inFlight).toBe(0);
    expect(subject.admit(0)).not.toBe(NOT_AT_ONCE);
    subject.succeed(0, 0, 0);
    expect(subject.admit(0)).toBe(NOT_AT_ONCE);
  });

  it("is closed while somebody listens, and to an open circuit", () => {
    const one = engine();
    const subject = new AtOnce(one);
    one.onFact = () => {};
    expect(subject.admit(0)).toBe(NOT_AT_ONCE);
    expect(subject.silent).toBe(false);
    one.onFact = undefined;
    one.breaker?.isolate(0);
    expect(subject.admit(0)).toBe(NOT_AT_ONCE);
    expect(subject.refuse(0)).toEqual({ reason: "circuitIsolated", retryAfterMs: undefined });
  });

  it("leaves a refusal to the engine when there is time for another try", () => {
    const one = engine();
    const subject = new AtOnce(one);
    one.breaker?.open(0, "by hand");
    expect(subject.refuse(0)).toBeUndefined();
  });

  it("is not for policies whose attempts need a call", () => {
    expect(mayGoAtOnce(resolvePolicy(options))).toBe(true);
    expect(mayGoAtOnce(resolvePolicy({ idempotent: true, hedge: { delay: 5 } }))).toBe(false);
    expect(mayGoAtOnce(resolvePolicy({ ...options, lateAnswers: "taken" }))).toBe(false);
    expect(mayGoAtOnce(resolvePolicy({ clientThrottle: { multiplier: 2 } }))).toBe(false);
  });
});
