import { describe, expect, expectTypeOf, it } from "vitest";
import { EXPECTED, exercise } from "../../test-support/exercise.ts";
import { ManualClock } from "../clock/manual-clock.ts";
import { checkPolicy, InvalidOptionsError, type PolicyOptions } from "../index.ts";
import {
  bulkhead,
  type Checked,
  type CorePolicy,
  checkedElsewhere,
  circuitBreaker,
  EVERY_PART,
  policy,
  retry,
} from "./index.ts";

const down = () => Promise.reject(new Error("down"));

describe("policy of the core", () => {
  const { fastPath, ...machinery } = EVERY_PART;
  it.each([
    ["with the fast path", EVERY_PART],
    ["without it", machinery],
  ])("runs calls as the whole toolkit does, %s", async (_, parts) => {
    const any = (options: PolicyOptions, runtime = {}) =>
      policy(checkedElsewhere(options), parts, runtime);
    expect(await exercise(any as Parameters<typeof exercise>[0])).toEqual(EXPECTED);
  });

  it("takes options that checkPolicy has checked", async () => {
    const options = checkPolicy({ name: "stock", timeout: "50ms", fallback: { value: 0 } });
    const stock = policy(options, {});
    expect(stock).toMatchObject({ name: "stock", options, breaker: undefined });
    expect(await stock.run(down)).toBe(0);
  });

  it("hands out its circuit to open, isolate and reset", async () => {
    const clock = new ManualClock();
    const options = checkedElsewhere({ circuitBreaker: { openFor: "1s" } });
    const subject = policy(options, { circuitBreaker }, { clock });
    const facts: string[] = [];
    const stop = subject.onFact(({ type }) => facts.push(type));
    subject.breaker?.open("by hand");
    expect((await subject.runOutcome(down)).outcome).toBe("shortCircuited");
    await clock.advance(1000);
    expect(subject.breaker?.state).toBe("halfOpen");
    subject.breaker?.isolate();
    expect(subject.breaker?.state).toBe("isolated");
    stop();
    subject.breaker?.reset();
    expect(subject.breaker?.state).toBe("closed");
    expect(facts).toEqual([
      "circuitOpened",
      "attemptRefused",
      "callEnded",
      "circuitHalfOpened",
      "circuitIsolated",
    ]);
  });

  it("refuses options that need a part which it was not given", () => {
    const options = checkedElsewhere({ bulkhead: { concurrent: 1 } });
    // @ts-expect-error the bulkhead is missing
    const missing = () => policy(options, { circuitBreaker });
    expect(missing).toThrow(new TypeError("the policy has a bulkhead, and its parts have none"));
  });
});

describe("checkPolicy", () => {
  it("refuses what policy refuses", () => {
    expect(() => checkPolicy({ timeout: "2s", deadline: "1s" })).toThrow(InvalidOptionsError);
  });

  it("gives back the very options", () => {
    const options: PolicyOptions = { timeout: "1s" };
    expect(checkPolicy(options)).toBe(options);
  });
});

describe("types of the core", () => {
  const options = checkedElsewhere({
    idempotent: true,
    retry: { attempts: 3 },
    bulkhead: { concurrent: 2 },
    fallback: () => Promise.resolve("none" as const),
  });

  it("takes checked options only", () => {
    // @ts-expect-error nobody says that these were checked
    policy({ timeout: "1s" }, {});
    expectTypeOf(checkPolicy({ timeout: "1s" })).toExtend<Checked<PolicyOptions>>();
    // @ts-expect-error a retry needs an operation that may be repeated
    checkedElsewhere({ retry: { attempts: 3 } });
  });

  it("wants the parts that the options have, and takes more", () => {
    // @ts-expect-error the retry is missing
    expect(() => policy(options, { bulkhead })).toThrow(TypeError);
    policy(options, { bulkhead, retry });
    policy(options, EVERY_PART);
    const any: Checked<PolicyOptions> = options;
    // @ts-expect-error any policy may need any part
    policy(any, { bulkhead, retry });
    policy(any, EVERY_PART);
  });

  it("knows what the fallback answers", () => {
    const subject = policy(options, { bulkhead, retry });
    expectTypeOf(subject).toEqualTypeOf<CorePolicy<"none">>();
    expectTypeOf(subject.run(() => 1)).resolves.toEqualTypeOf<number | "none">();
    const bare = policy(checkedElsewhere({ timeout: 5 }), {});
    expectTypeOf(bare).toEqualTypeOf<CorePolicy<never>>();
  });
});
