import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policyTable } from "../registry.ts";
import type { Field, FieldTable, Problem } from "./field.ts";
import { problemText } from "./problem.ts";
import { check, resolve, validate } from "./validate.ts";

const object = (fields: FieldTable): Field => ({ kind: "object", fields, about: "Test." });
const policyField = object(policyTable);

function only(field: Field, value: unknown): Problem {
  const problems = validate(field, value);
  expect(problems).toHaveLength(1);
  return problems[0] as Problem;
}

const valid = {
  idempotent: true,
  deadline: "2s",
  retry: { attempts: 3, backoff: { kind: "exponential", base: "100ms", jitter: "full" } },
  circuitBreaker: { window: { size: "10s" }, openFor: { base: "1s" } },
  fallback: { value: [{ id: 1 }] },
};

describe("validate", () => {
  test("accepts a whole policy, and a function as its fallback", () => {
    expect(validate(policyField, valid)).toEqual([]);
    expect(validate(policyField, { fallback: () => [] })).toEqual([]);
    expect(validate(policyField, { timeout: undefined })).toEqual([]);
  });

  test("an unknown key is named with the allowed ones and the one that was meant", () => {
    const problem = only(policyField, { timout: "1s" });
    expect(problem.path).toBe("timout");
    expect(problem.allowed).toContain('"timeout"');
    expect(problem.fix).toBe('write "timeout" instead of "timout"');
  });

  test.each([
    ["__proto__", '{"__proto__": {"timeout": 1}}'],
    ["constructor", '{"constructor": 1}'],
    ["toString", '{"toString": 1}'],
  ])("%s is an unknown key", (key, text) => {
    const problem = only(policyField, JSON.parse(text));
    expect(problem.message).toBe(`unknown key "${key}"`);
  });

  test.each<[unknown, string, string]>([
    [{ timeout: "-5ms" }, "timeout", '"-5ms" is negative'],
    [{ timeout: -5 }, "timeout", "-5 is negative"],
    [{ timeout: Number.NaN }, "timeout", "NaN is not a duration"],
    [{ timeout: "31d" }, "timeout", '"31d" is too long'],
    [{ timeout: 0 }, "timeout", "0 is too short"],
    [{ timeout: null }, "timeout", "is empty"],
    [{ timeout: [] }, "timeout", "a list of 0 items is not a duration"],
    [{ retry: {} }, "retry.attempts", "is missing"],
    [{ retry: { attempts: 2.5 } }, "retry.attempts", "2.5 is not a whole number"],
    [{ retry: { attempts: 0 } }, "retry.attempts", "0 is too small"],
    [{ retry: { attempts: 1000 } }, "retry.attempts", "1000 is too large"],
    [{ retry: { attempts: "3" } }, "retry.attempts", '"3" is not a number'],
    [{ retry: 3 }, "retry", "3 is not an object"],
    [{ retry: new Map() }, "retry", "an empty object is not an object"],
    [{ idempotent: "yes" }, "idempotent", '"yes" is not true or false'],
    [{ lateAnswers: "took" }, "lateAnswers", '"took" is not one of the choices'],
    [{ name: "x".repeat(101) }, "name", "is too long"],
    [{ fallback: 3 }, "fallback", "3 is not allowed here"],
    [{ fallback: { value: Number.NaN } }, "fallback.value", "NaN is not a JSON value"],
    [
      { circuitBreaker: { window: { kind: "tiem" } } },
      "circuitBreaker.window.kind",
      '"tiem" is not one of the choices',
    ],
    [
      { circuitBreaker: { window: { kind: "count", buckets: 3 } } },
      "circuitBreaker.window.buckets",
      'unknown key "buckets"',
    ],
  ])("%j", (value, path, message) => {
    const problem = only(policyField, value);
    expect([problem.path, problem.message]).toEqual([path, message]);
    expect(problem.allowed).not.toBe("");
    expect(problem.fix).not.toBe("");
  });

  test("a rate that must be above 0 refuses 0", () => {
    expect(only(policyField, { circuitBreaker: { failureRate: 0 } }).allowed).toBe(
      "a number above 0 up to 1 (share)",
    );
  });

  test("exactly one of several keys", () => {
    const work: Field = { kind: "duration", required: true, about: "Work." };
    const call: Field = { kind: "text", required: true, about: "Call." };
    const step: Field = { kind: "oneOfKeys", forms: { work: { work }, call: { call } }, about: "" };
    expect(validate(step, { work: "1s" })).toEqual([]);
    expect(only(step, {}).message).toBe("has none of the keys that say what it is");
    expect(only(step, { work: 1, call: "a" }).message).toBe('has "work" and "call" at once');
    expect(only(step, { wrok: 1 }).fix).toBe('write "work" instead of "wrok"');
  });

  test("lists and maps: size, items, names", () => {
    const item: Field = { kind: "number", about: "" };
    const list: Field = { kind: "list", item, minItems: 1, maxItems: 2, about: "" };
    const map: Field = { kind: "map", item, keyPattern: /^[a-z]+$/, about: "" };
    expect(only(list, []).message).toBe("has too few entries: 0");
    expect(only(list, [1, 2, 3]).message).toBe("has too many entries: 3");
    expect(only(list, [1, "x"]).path).toBe("[1]");
    expect(only(map, { a: "x" }).path).toBe("a");
    expect(only(map, { "a b": 1 }).message).toBe('"a b" cannot be used as a name');
    expect(only(map, { constructor: 1 }).message).toBe('"constructor" cannot be used as a name');
  });

  test("a value that holds itself, and one nested too deeply, is one problem", () => {
    const ring: Record<string, unknown> = {};
    ring.next = ring;
    expect(only(policyField, { fallback: { value: ring } }).message).toBe("is nested too deeply");
    const tree: Field = {
      kind: "lazy",
      name: "tree",
      field: () => ({ kind: "list", item: tree, about: "" }),
      about: "",
    };
    const loop: unknown[] = [];
    loop.push(loop, loop);
    expect(only(tree, loop).message).toBe("is nested too deeply");
  });

  test("shared references that unfold to too much end in one problem", () => {
    let value: unknown = 1;
    for (let level = 0; level < 40; level++) value = [value, value];
    expect(only(policyField, { fallback: { value } }).message).toBe("holds too many values");
  });

  test("at most 50 problems", () => {
    const keys = Array.from({ length: 200 }, (_, index) => [`wrong${index}`, 1]);
    expect(validate(policyField, Object.fromEntries(keys))).toHaveLength(50);
  });

  test("never throws, and every problem says where, what is allowed and what to do", () => {
    const names = fc.constantFrom(...Object.keys(policyTable), "attempts", "kind", "value");
    const anything = fc.anything({ key: fc.oneof(names, fc.string()), withBigInt: true });
    fc.assert(
      fc.property(fc.oneof(anything, fc.dictionary(names, anything)), (value) => {
        for (const problem of validate(policyField, value)) {
          expect(problem.allowed).not.toBe("");
          expect(problem.fix).not.toBe("");
          expect(problemText(problem)).not.toContain("\n");
          expect(problem.message).not.toBe("");
        }
      }),
    );
  });
});

describe("check and resolve", () => {
  test("fill in defaults and turn durations into milliseconds, on a copy", () => {
    const before = JSON.stringify(valid);
    expect(resolve(policyField, valid)).toEqual({
      idempotent: true,
      fallback: { value: [{ id: 1 }] },
      deadline: 2000,
      retry: {
        attempts: 3,
        backoff: { kind: "exponential", base: 100, cap: 10_000, jitter: "full" },
        serverDelay: "respect",
        serverDelayCap: 60_000,
      },
      circuitBreaker: {
        window: { kind: "time", size: 10_000, buckets: 10 },
        openFor: { base: 1000, factor: 2, cap: 300_000 },
      },
      lateAnswers: "ignored",
    });
    expect(JSON.stringify(valid)).toBe(before);
  });

  test("resolving twice changes nothing", () => {
    const once = resolve(policyField, valid);
    expect(resolve(policyField, once)).toEqual(once);
  });

  test("an object with a default appears when absent", () => {
    const inner: Field = {
      kind: "object",
      fields: { size: { kind: "number", default: 7, about: "" } },
      default: {},
      about: "",
    };
    expect(check(object({ inner }), {})).toEqual({ ok: true, value: { inner: { size: 7 } } });
  });

  test("resolve refuses what validate refuses", () => {
    expect(() => resolve(policyField, { timeout: -1 })).toThrow(TypeError);
  });
});

describe("problemText", () => {
  test("is one line with the place, the value, what is allowed and the fix", () => {
    expect(problemText(only(policyField, { timeout: "5" }))).toBe(
      'timeout: "5" is not a duration. Allowed: a duration from 1ms to 30d, such as "300ms" or "2s". ' +
        'Fix: add a unit, such as "5ms", or write the number without quotes.',
    );
  });

  test("values are shortened and cannot break the line", () => {
    const problem = only(policyField, { name: `a\n\u001b[31m${"x".repeat(1_000_000)}` });
    expect(problemText(problem).length).toBeLessThan(250);
    expect(problemText(problem)).not.toContain("\n");
    expect(problemText(problem)).not.toContain("\u001b");
  });
});
