import { describe, expect, expectTypeOf, it, vi } from "vitest";
import { ManualClock } from "./clock/manual-clock.ts";
import { type Fact, InvalidOptionsError, type PolicyOptions, policy } from "./index.ts";
import type { CallResult } from "./types.ts";

describe("policy", () => {
  it("keeps its options and its name", () => {
    const options = { name: "stock", timeout: "300ms" } as const;
    expect(policy(options).options).toBe(options);
    expect(policy(options).name).toBe("stock");
    expect(policy({}).name).toBe("");
  });

  it("refuses options that are wrong, and says what is wrong with them", () => {
    const options = { timeout: "1s", deadline: "300ms" };
    expect(() => policy(options)).toThrow(InvalidOptionsError);
    expect(() => policy({ timout: 1 } as object)).toThrow(/timout/);
  });
});

describe("onFact", () => {
  it("tells what happens, from the subscription to its end", async () => {
    const clock = new ManualClock();
    const subject = policy({}, { clock });
    const seen: string[] = [];
    await subject.run(() => 1);
    const stop = subject.onFact((fact) => seen.push(fact.type));
    await subject.run(() => 1);
    stop();
    await subject.run(() => 1);
    expect(seen).toEqual(["attemptStarted", "attemptEnded", "callEnded"]);
  });

  it("keeps telling the others when one listener leaves", async () => {
    const subject = policy({});
    const seen: Fact[] = [];
    const stop = subject.onFact(() => {});
    subject.onFact((fact) => seen.push(fact));
    stop();
    stop();
    await subject.run(() => 1);
    expect(seen).toHaveLength(3);
  });

  it("tells of a circuit that is already what the fact says", async () => {
    const clock = new ManualClock();
    const probationBreaker = { failures: 2, halfFor: 1000, openFor: 5000 };
    const subject = policy({ probationBreaker }, { clock });
    const seen: unknown[] = [];
    subject.onFact((fact) => {
      if (fact.type !== "circuitOpened") return;
      seen.push(subject.breaker?.state);
      subject.run(() => 1).catch((error) => seen.push(error.retryAfterMs));
    });
    await subject.runOutcome(() => Promise.reject(new Error("down")));
    await subject.runOutcome(() => Promise.reject(new Error("down")));
    await clock.advance(1);
    expect(seen).toEqual(["open", 5000]);
  });

  it("isolates a listener that throws, and reports its first error", async () => {
    const errors: unknown[] = [];
    const subject = policy(
      {},
      { onListenerError: (error, fact) => errors.push([error, fact.type]) },
    );
    const seen: Fact[] = [];
    const broken = new Error("broken listener");
    subject.onFact(() => {
      throw broken;
    });
    subject.onFact((fact) => seen.push(fact));
    expect(await subject.run(() => 1)).toBe(1);
    expect(seen).toHaveLength(3);
    expect(errors).toEqual([[broken, "attemptStarted"]]);
  });

  it("survives a handler of listener errors that throws", async () => {
    const onListenerError = () => {
      throw new Error("worse");
    };
    const subject = policy({}, { onListenerError });
    subject.onFact(() => {
      throw new Error("broken listener");
    });
    expect(await subject.run(() => 1)).toBe(1);
  });

  it("warns of a listener's error when nobody asked to learn of it", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    const subject = policy({});
    subject.onFact(() => {
      throw new Error("broken listener");
    });
    expect(await subject.run(() => 1)).toBe(1);
    const text = expect.stringContaining("Error: broken listener");
    expect(warn.mock.calls).toEqual([[text, "BreakwaterWarning"]]);
    warn.mockRestore();
  });
});

describe("a limit of attempts for one call", () => {
  const retry = { attempts: 4, backoff: { base: 0 } };
  const attemptsOf = async (attempts: number | undefined) => {
    const result = await policy({ idempotent: true, retry }).runOutcome(
      () => Promise.reject(new Error("down")),
      { attempts },
    );
    return result.attempts;
  };

  it("lowers what the policy allows, and never raises it", async () => {
    expect(await attemptsOf(1)).toBe(1);
    expect(await attemptsOf(3)).toBe(3);
    expect(await attemptsOf(9)).toBe(4);
    expect(await attemptsOf(undefined)).toBe(4);
  });
});

describe("types", () => {
  it("refuses a retry of what is not idempotent", () => {
    // @ts-expect-error a retry needs idempotent: true
    expect(() => policy({ retry: { attempts: 3 } })).toThrow(/idempotent/);
    // @ts-expect-error idempotent: false says that a retry does harm
    expect(() => policy({ idempotent: false, retry: { attempts: 3 } })).toThrow(/idempotent/);
    expect(policy({ idempotent: true, retry: { attempts: 3 } }).name).toBe("");
  });

  it("refuses an option that does not exist", () => {
    // @ts-expect-error a spelling mistake
    expect(() => policy({ timout: "1s" })).toThrow(/timeout/);
  });

  it("knows what a call answers", async () => {
    const plain = policy({ timeout: "1s" });
    expectTypeOf(plain.run(async () => 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(plain.run(() => "text")).toEqualTypeOf<Promise<string>>();
    expectTypeOf(plain.runOutcome(() => 1)).toEqualTypeOf<Promise<CallResult<number>>>();
    const result = await plain.runOutcome(() => 1);
    if (result.outcome === "ok") expectTypeOf(result.value).toEqualTypeOf<number>();
  });

  it("joins the fallback's answer", async () => {
    const value = policy({ fallback: { value: "none" } });
    expectTypeOf(value.run(async () => 1)).toEqualTypeOf<Promise<number | string>>();
    const computed = policy({ fallback: async ({ attempts }) => ({ attempts }) });
    expectTypeOf(computed.run(() => 1)).toEqualTypeOf<Promise<number | { attempts: number }>>();
    const read: PolicyOptions = { fallback: { value: 1 } };
    expectTypeOf(policy(read).run(() => 1)).toEqualTypeOf<Promise<unknown>>();
    expect(await policy(read).run(() => Promise.reject(new Error("down")))).toBe(1);
  });
});

it("tells of the circuit alone, and makes no other facts for it", async () => {
  const circuitBreaker = { window: { kind: "consecutive", failures: 1 }, openFor: "1s" } as const;
  const subject = policy({ circuitBreaker });
  const changes: string[] = [];
  const stop = subject.onCircuit(({ type, reason }) => changes.push(`${type}: ${reason}`));
  await subject.runOutcome(() => Promise.reject(new Error("down")));
  subject.reconfigure({ circuitBreaker, timeout: "1s" });
  expect(subject.breaker?.share).toBe(0);
  subject.breaker?.reset("by hand");
  expect(subject.breaker?.share).toBe(1);
  stop();
  subject.breaker?.isolate();
  expect(changes).toEqual(["circuitOpened: 1 failure in a row", "circuitClosed: by hand"]);
});
