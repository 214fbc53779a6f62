import { InvalidOptionsError, type Problem } from "@breakwater/policy";
import { describe, expect, expectTypeOf, test } from "vitest";
import { CircuitBreaker, type Options } from "./index.ts";

function problemsOf(options: object): readonly Problem[] {
  try {
    new CircuitBreaker(async () => 1, options as Options).shutdown();
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionsError);
    return (error as InvalidOptionsError).problems;
  }
}

describe("options", () => {
  test("have opossum's defaults", () => {
    const breaker = new CircuitBreaker(async () => 1);
    expect(breaker.options).toMatchObject({
      timeout: 10_000,
      errorThresholdPercentage: 50,
      resetTimeout: 30_000,
      rollingCountTimeout: 10_000,
      rollingCountBuckets: 10,
      volumeThreshold: 0,
    });
  });

  test.each<[string, object, string]>([
    ["abortController", { abortController: new AbortController() }, "breaker.getSignal()"],
    ["autoRenewAbortController", { autoRenewAbortController: true }, "breaker.getSignal()"],
    ["rotateBucketController", { rotateBucketController: {} }, "remove it"],
    ["maxFailures", { maxFailures: 5 }, "errorThresholdPercentage"],
    ["cacheTransport", { cacheTransport: { get: () => 1 } }, "get, set and flush"],
  ])("%s is refused, with what to do instead", (path, options, hint) => {
    const [problem, ...others] = problemsOf(options);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ path });
    expect(`${problem?.fix} ${problem?.allowed}`).toContain(hint);
  });

  test.each([
    ["timeout", -1],
    ["timeout", true],
    ["timeout", "300"],
    ["errorThresholdPercentage", 101],
    ["resetTimeout", Number.NaN],
    ["rollingCountTimeout", 0],
    ["rollingCountBuckets", 0],
    ["volumeThreshold", 1.5],
    ["capacity", -1],
    ["cacheTTL", -1],
    ["cacheSize", 0],
  ])("%s: %s is refused", (path, value) => {
    expect(problemsOf({ [path]: value }).map((problem) => problem.path)).toEqual([path]);
  });

  test("everything wrong is told at once", () => {
    const paths = problemsOf({ timeout: -1, resetTimeout: "5s", maxFailures: 3 }).map(
      ({ path }) => path,
    );
    expect(paths.toSorted()).toEqual(["maxFailures", "resetTimeout", "timeout"]);
  });

  test("null and undefined take the default, and false turns a refused option off", () => {
    expect(problemsOf({ timeout: null, resetTimeout: undefined })).toEqual([]);
    expect(problemsOf({ autoRenewAbortController: false })).toEqual([]);
  });

  test("a fallback may be given with them", async () => {
    const fallback = (of: string, error: Error) => `${of}: ${error.message}`;
    const fails = async (_of: string): Promise<string> => {
      throw new Error("no");
    };
    const breaker = new CircuitBreaker(fails, { fallback });
    expect(await breaker.fire("tea")).toBe("tea: no");
    breaker.shutdown();
  });

  test("an action is needed", () => {
    expect(() => new CircuitBreaker(undefined)).toThrow(TypeError);
  });
});

test("the types follow the action", async () => {
  const breaker = new CircuitBreaker(async (id: number, name: string) => `${id} ${name}`);
  expectTypeOf(breaker.fire).parameters.toEqualTypeOf<[number, string]>();
  expectTypeOf(await breaker.fire(1, "a")).toEqualTypeOf<string>();
  breaker.on("failure", (_error, latencyMs, args) => {
    expectTypeOf(latencyMs).toEqualTypeOf<number>();
    expectTypeOf(args).toEqualTypeOf<[number, string]>();
  });
  breaker.on("success", (result) => expectTypeOf(result).toEqualTypeOf<string>());
  breaker.shutdown();
});
