import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holds } from "../../test-support/properties.ts";
import { expectTranscript } from "../../test-support/transcript.ts";
import { resolvePolicy } from "../policy/resolve.ts";
import { type ResolvedRetryBudget, RetryBudget } from "./machine.ts";
import type { RetryBudgetOptions } from "./options.ts";

function resolved(budget: RetryBudgetOptions): ResolvedRetryBudget {
  const policy = resolvePolicy({ idempotent: true, retry: { attempts: 2, budget } });
  return policy.retryBudget as ResolvedRetryBudget;
}

/** Commands: call, success, retry, each with xN; tokens. */
function transcript(options: RetryBudgetOptions, text: string): void {
  const budget = new RetryBudget(resolved(options));
  const step = (atMs: number, [verb = "", times = "x1"]: readonly string[]): string => {
    let answer = "";
    for (let i = 0; i < Number(times.slice(1)); i++) {
      if (verb === "call") budget.called();
      if (verb === "success") budget.succeeded();
      if (verb === "retry") answer = budget.withdraw(atMs) ? "granted" : "refused";
    }
    return answer || `${Number(budget.tokens(atMs).toFixed(6))} left`;
  };
  expectTranscript(step, text);
}

describe("retry budget", () => {
  it("starts with as many retries as it can save", () =>
    transcript(
      { ratio: 0.1, capacity: 3 },
      `t=0 tokens -> 3 left
       t=0 retry x3 -> granted
       t=0 retry -> refused
       t=9000 retry -> refused`,
    ));

  it("earns by calls: ten of them buy a retry at a tenth each, however a tenth is rounded", () =>
    transcript(
      { ratio: 0.1, capacity: 1 },
      `t=0 retry -> granted
       t=0 call x9 -> 0.9 left
       t=0 success x9 -> 0.9 left
       t=0 retry -> refused
       t=0 call -> 1 left
       t=0 retry -> granted
       t=0 tokens -> 0 left`,
    ));

  it("earns by answers instead when told: a dependency that answers nothing earns no retry", () =>
    transcript(
      { ratio: 0.5, capacity: 1, deposit: "perSuccess" },
      `t=0 retry -> granted
       t=0 call x100 -> 0 left
       t=0 success -> 0.5 left
       t=0 retry -> refused
       t=0 success -> 1 left
       t=0 retry -> granted`,
    ));

  it("allows the floor without any traffic", () =>
    transcript(
      { ratio: 0, floor: 2, capacity: 2 },
      `t=5000 retry x2 -> granted
       t=5000 retry -> refused
       t=5499 retry -> refused
       t=5500 retry -> granted
       t=5500 retry -> refused
       t=9000 tokens -> 2 left`,
    ));

  it("saves no more than its capacity", () =>
    transcript(
      { ratio: 1, floor: 10, capacity: 4 },
      `t=0 call x1000 -> 4 left
       t=60000 tokens -> 4 left
       t=60000 retry x4 -> granted
       t=60000 retry -> refused`,
    ));

  it("may be earned by more than one retry per call", () =>
    transcript(
      { ratio: 2, capacity: 10 },
      `t=0 retry x10 -> granted
       t=0 call -> 2 left
       t=0 retry x2 -> granted
       t=0 retry -> refused`,
    ));

  it("has ten retries and no floor unless told", () => {
    expect(resolved({ ratio: 0.2 })).toEqual({
      ratio: 0.2,
      floorPerMs: 0,
      capacity: 10,
      perSuccess: false,
    });
  });
});

// Sums of these are exact, so that both models agree to the last bit.
const anyBudget: fc.Arbitrary<ResolvedRetryBudget> = fc.record({
  ratio: fc.constantFrom(0, 0.125, 0.5, 2),
  floorPerMs: fc.constantFrom(0, 0.125, 0.5),
  capacity: fc.constantFrom(1, 2, 5),
  perSuccess: fc.boolean(),
});
const VERBS = ["call", "success", "retry", "retry"] as const;
const anySteps = fc.array(
  fc.record({ verb: fc.constantFrom(...VERBS), pauseMs: fc.constantFrom(0, 0, 1, 3, 20) }),
  { maxLength: 40, size: "max" },
);

interface Entry {
  readonly atMs: number;
  readonly earned: number;
  readonly spent: number;
  readonly asked: boolean;
}

/** What happened to the budget, step by step. */
function play(options: ResolvedRetryBudget, steps: Iterable<{ verb: string; pauseMs: number }>) {
  const budget = new RetryBudget(options);
  budget.tokens(0);
  const story: Entry[] = [];
  let atMs = 0;
  for (const { verb, pauseMs } of steps) {
    atMs += pauseMs;
    let spent = 0;
    // The time that has passed earns first: what an answer adds is capped after it.
    budget.tokens(atMs);
    if (verb === "call") budget.called();
    if (verb === "success") budget.succeeded();
    if (verb === "retry" && budget.withdraw(atMs)) spent = 1;
    const earned = verb === (options.perSuccess ? "success" : "call") ? options.ratio : 0;
    story.push({ atMs, earned, spent, asked: verb === "retry" });
  }
  return { budget, story, atMs };
}

describe("retry budget, whatever happens", () => {
  it("invariant 1: withdrawals <= capacity + ratio x deposits + floor x seconds, over any time", () =>
    holds(
      fc.property(anyBudget, anySteps, (options, steps) => {
        const { story } = play(options, steps);
        for (const [from, first] of story.entries()) {
          let spent = 0;
          let allowed = options.capacity;
          for (const { atMs, ...entry } of story.slice(from)) {
            spent += entry.spent;
            allowed += entry.earned;
            const most = allowed + (atMs - first.atMs) * options.floorPerMs;
            if (spent > most) expect.fail(`${spent} retries, and ${most} allowed`);
          }
        }
      }),
    ));

  it("invariant 2: the bucket holds between 0 and its capacity", () =>
    holds(
      fc.property(anyBudget, anySteps, (options, steps) => {
        const { budget, atMs } = play(options, steps);
        const tokens = budget.tokens(atMs);
        if (tokens < 0 || tokens > options.capacity) expect.fail(`${tokens} tokens`);
      }),
    ));

  it("grants a retry whenever the sums of what was earned and spent leave one", () =>
    holds(
      fc.property(anyBudget, anySteps, (options, steps) => {
        const { story } = play(options, steps);
        const { capacity, floorPerMs } = options;
        // The bucket was full at some moment; whatever that moment was, no more is left than came in and went out since.
        let since: number[] = [capacity];
        let beforeMs = 0;
        for (const { atMs, earned, spent, asked } of story) {
          const grow = (by: number) => {
            since = since.map((left) => left + by);
          };
          grow((atMs - beforeMs) * floorPerMs);
          since.push(capacity);
          grow(earned);
          since.push(capacity);
          const left = Math.min(...since);
          if (asked && (spent === 1) !== left >= 1) expect.fail(`${spent} of ${left}`);
          grow(-spent);
          beforeMs = atMs;
        }
      }),
    ));
});
