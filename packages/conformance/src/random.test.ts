import fc from "fast-check";
import { expect, it } from "vitest";
import { scripts } from "../test-support/random-scripts.ts";
import { SHELLS } from "./shells/all.ts";
import { transcript } from "./trace.ts";

it("makes the same decisions in every shell, whatever the policy and whatever happens", async () => {
  const seen = new Set<string>();
  const why = new Set<string>();
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      const [first, ...others] = SHELLS;
      const trace = (await first?.run(script)) ?? [];
      for (const shell of others) {
        const other = await shell.run(script);
        expect(transcript(other, undefined), shell.name).toEqual(transcript(trace, undefined));
        expect(other, shell.name).toEqual(trace);
      }
      for (const fact of trace) {
        seen.add(fact.type);
        if (fact.type === "attemptRefused" || fact.type === "retryStopped") why.add(fact.reason);
        if (fact.type === "hedgeSkipped") why.add(`no hedge: ${fact.reason}`);
        if (fact.type === "attemptQueued") why.add(`waits for ${fact.waitsFor}`);
      }
    }),
    { numRuns: 3000 },
  );
  // A recovery takes long for a short script, and few operators isolate a circuit between an attempt and its hedge:
  // whether it comes to that is up to luck.
  why.delete("circuitRecovering");
  why.delete("no hedge: circuitRecovering");
  why.delete("no hedge: circuitIsolated");
  // The scripts were worth running: every kind of fact has come up.
  expect([...seen].sort()).toEqual([
    "attemptEnded",
    "attemptQueued",
    "attemptRefused",
    "attemptStarted",
    "callEnded",
    "circuitClosed",
    "circuitHalfOpened",
    "circuitIsolated",
    "circuitOpened",
    "circuitRamped",
    "hedgeSkipped",
    "lateAnswer",
    "limitChanged",
    "retryScheduled",
    "retryStopped",
  ]);
  expect([...why].sort()).toEqual([
    "attemptsExhausted",
    "budgetExhausted",
    "bulkheadFull",
    "circuitIsolated",
    "circuitOpen",
    "deadlineTooClose",
    "displaced",
    "no hedge: budgetExhausted",
    "no hedge: bulkheadFull",
    "no hedge: circuitOpen",
    "no hedge: rateLimited",
    "no hedge: throttled",
    "no hedge: trialsUnderWay",
    "rateLimited",
    "rejectedLocally",
    "serverDelayTooLong",
    "throttled",
    "trialsUnderWay",
    "waitedTooLong",
    "waits for place",
    "waits for rate",
  ]);
}, 60_000);
