import { describe, expect, it } from "vitest";
import { circuitBreakerTable } from "../circuit-breaker/options.ts";
import { InvalidOptionsError } from "../errors.ts";
import { parseDuration } from "../options/duration.ts";
import type { Field, FieldTable } from "../options/field.ts";
import { probationBreakerTable } from "../probation-breaker/options.ts";
import { policyTable } from "../registry.ts";
import { retryTable } from "../retry/options.ts";
import type { PolicyOptions } from "../types.ts";
import { resolvePolicy } from "./resolve.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** The defaults that a table itself writes down, durations in milliseconds. */
function tableDefaults(table: FieldTable): Record<string, unknown> {
  const defaults: Record<string, unknown> = {};
  for (const [key, field] of Object.entries<Field>(table)) {
    const value = "default" in field ? field.default : undefined;
    const text = field.kind === "duration" || field.kind === "either";
    defaults[key] = text && typeof value === "string" ? parseDuration(value) : value;
  }
  return defaults;
}

const circuit = (circuitBreaker: PolicyOptions["circuitBreaker"]) =>
  resolvePolicy({ circuitBreaker } as PolicyOptions).circuitBreaker;
const retry = (backoff?: object) =>
  resolvePolicy({
    idempotent: true,
    retry: { attempts: 3, ...(backoff && { backoff }) },
  }).retry;

describe("defaults come from the tables", () => {
  it("a policy with nothing in it has every part off", () => {
    expect(resolvePolicy({})).toEqual({
      name: "",
      deadlineMs: NEVER,
      timeoutMs: NEVER,
      retry: undefined,
      circuitBreaker: undefined,
      probationBreaker: undefined,
      hasFallback: false,
      lateAnswers: policyTable.lateAnswers.default,
    });
  });

  it("retry", () => {
    const { serverDelayCap, serverDelay } = tableDefaults(retryTable);
    const { kind, base, cap } = tableDefaults(retryTable.backoff.fields);
    const expected = {
      attempts: 3,
      kind,
      baseMs: base,
      capMs: cap,
      factor: 2,
      jitter: "full",
      respectServerDelay: serverDelay === "respect",
      serverDelayCapMs: serverDelayCap,
    };
    expect(retry()).toEqual(expected);
    expect(retry({})).toEqual(expected);
  });

  it("decorrelated backoff is its own jitter, and grows by 3", () => {
    expect(retry({ kind: "decorrelated" })).toMatchObject({ jitter: "decorrelated", factor: 3 });
    expect(retry({ jitter: "decorrelated" })).toMatchObject({ kind: "exponential", factor: 3 });
    expect(retry({ kind: "decorrelated", factor: 2 })).toMatchObject({ factor: 2 });
  });

  it("circuit breaker", () => {
    const { openFor } = tableDefaults(circuitBreakerTable);
    const { trials, deadline } = tableDefaults(circuitBreakerTable.halfOpen.fields);
    const { size, buckets } = tableDefaults(circuitBreakerTable.window.variants.time);
    const expected = {
      window: { kind: circuitBreakerTable.window.defaultVariant, sizeMs: size, buckets },
      failureRate: 0.5,
      slowerThanMs: NEVER,
      slowRate: NEVER,
      minimumCalls: 20,
      openForMs: openFor,
      openFactor: 1,
      openCapMs: NEVER,
      trials,
      trialFailureRate: 0.5,
      trialDeadlineMs: deadline,
      recovery: undefined,
      hangingMs: NEVER,
    };
    expect(circuit({})).toEqual(expected);
    expect(circuit({ window: { kind: "time" }, halfOpen: {} })).toEqual(expected);
  });

  it("recovery and hanging attempts of a circuit breaker", () => {
    const { steps, stepFor } = tableDefaults(circuitBreakerTable.recovery.fields);
    const expected = { steps, stepForMs: stepFor, minimumCalls: 5 };
    expect(circuit({ recovery: {} })?.recovery).toEqual(expected);
    const small = circuit({ window: { kind: "count", size: 3 }, recovery: { steps: [0.5] } });
    expect(small?.recovery).toEqual({ ...expected, steps: [0.5], minimumCalls: 3 });
    expect(circuit({ hanging: { longerThan: "2s" } })?.hangingMs).toBe(2000);
    expect(circuitBreakerTable.recovery.fields.minimumCalls.about).toContain("5 unless set");
    expect(circuitBreakerTable.recovery.fields.steps.about).toContain(
      `${steps}`.replaceAll(",", ", "),
    );
  });

  it("each kind of window", () => {
    const { consecutive, count } = circuitBreakerTable.window.variants;
    expect(circuit({ window: { kind: "consecutive" } })?.window).toEqual({
      kind: "consecutive",
      ...tableDefaults(consecutive),
    });
    expect(circuit({ window: { kind: "count" } })?.window).toEqual({
      kind: "count",
      ...tableDefaults(count),
    });
  });

  it("an open time that grows", () => {
    const [, grows] = circuitBreakerTable.openFor.options;
    const { base, factor, cap } = tableDefaults(grows?.kind === "object" ? grows.fields : {});
    const expected = { openForMs: base, openFactor: factor, openCapMs: cap };
    expect(circuit({ openFor: {} })).toMatchObject(expected);
  });

  it("probation breaker", () => {
    const defaults = tableDefaults(probationBreakerTable);
    expect(resolvePolicy({ probationBreaker: {} }).probationBreaker).toEqual({
      halfForMs: defaults.halfFor,
      failures: defaults.failures,
      failureRate: defaults.failureRate,
      minimumCalls: defaults.minimumCalls,
      openForMs: defaults.openFor,
      trialDeadlineMs: defaults.trialDeadline,
    });
  });

  it("the words in the tables tell the defaults that depend on other options", () => {
    const { factor, jitter } = retryTable.backoff.fields;
    expect(factor.about).toContain("2 for exponential, 3 for decorrelated");
    expect(jitter.about).toContain("full unless set");
    expect(circuitBreakerTable.failureRate.about).toContain("0.5 unless set");
    expect(circuitBreakerTable.minimumCalls.about).toContain("20 unless set");
  });
});

describe("defaults that depend on other options", () => {
  it("a window smaller than 20 is judged when it is full", () => {
    expect(circuit({ window: { kind: "count", size: 8 } })?.minimumCalls).toBe(8);
    expect(circuit({ window: { kind: "count", size: 30 } })?.minimumCalls).toBe(20);
  });

  it("one failed trial re-opens after a consecutive window", () => {
    const options = circuit({ window: { kind: "consecutive" }, halfOpen: { trials: 4 } });
    expect(options).toMatchObject({ failureRate: NEVER, trials: 4, trialFailureRate: 0.25 });
  });

  it("trials are judged by the breaker's own rate, unless they have one", () => {
    expect(circuit({ failureRate: 0.2 })?.trialFailureRate).toBe(0.2);
    expect(circuit({ failureRate: 0.2, halfOpen: { failureRate: 0.7 } })?.trialFailureRate).toBe(
      0.7,
    );
  });
});

describe("resolvePolicy", () => {
  it("turns every duration into milliseconds", () => {
    const policy = resolvePolicy({
      name: "prices",
      deadline: "2s",
      timeout: "0.3s",
      circuitBreaker: { slowerThan: "250ms", slowRate: 1, openFor: "1min" },
    });
    expect(policy).toMatchObject({ name: "prices", deadlineMs: 2000, timeoutMs: 300 });
    expect(policy.circuitBreaker).toMatchObject({ slowerThanMs: 250, openForMs: 60_000 });
  });

  it("knows of a fallback, be it a value or a function", () => {
    expect(resolvePolicy({ fallback: { value: null } }).hasFallback).toBe(true);
    expect(resolvePolicy({ fallback: () => 1 }).hasFallback).toBe(true);
  });

  it("lists everything that is wrong", () => {
    const wrong = {
      timeout: "-5ms",
      timout: 1,
      retry: { attempts: 0 },
    } as unknown as PolicyOptions;
    try {
      resolvePolicy(wrong);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidOptionsError);
      const { problems, code, message } = error as InvalidOptionsError;
      expect(code).toBe("BREAKWATER_INVALID_OPTIONS");
      expect(problems.map(({ path }) => path).sort()).toEqual([
        "retry.attempts",
        "timeout",
        "timout",
      ]);
      expect(message.split("\n")).toHaveLength(3);
    }
  });
});

it("a contradiction with a default is one as well", () => {
  const retry = { attempts: 2, backoff: { base: "20s" } };
  expect(() => resolvePolicy({ idempotent: true, retry })).toThrow(
    "the first delay is longer than the longest one (10s)",
  );
});
