import { describe, expect, it } from "vitest";
import { bulkheadSteps } from "../../test-support/bulkhead.ts";
import { expectTranscript } from "../../test-support/transcript.ts";
import { resolvePolicy } from "../policy/resolve.ts";
import type { ResolvedBulkhead } from "./machine.ts";
import type { BulkheadOptions } from "./options.ts";

function resolved(bulkhead: BulkheadOptions): ResolvedBulkhead {
  return resolvePolicy({ bulkhead }).bulkhead as ResolvedBulkhead;
}

function transcript(options: BulkheadOptions, text: string) {
  const { bulkhead, step } = bulkheadSteps(resolved(options));
  expectTranscript(step, text);
  return bulkhead;
}

describe("bulkhead", () => {
  it("takes other options with its places taken and its line as it is", () => {
    const { bulkhead, step } = bulkheadSteps(resolved({ concurrent: 1, queue: { size: 3 } }));
    expectTranscript(
      step,
      `t=0 acquire a -> taken
       t=0 acquire b -> queued
       t=0 acquire c -> queued
       t=0 acquire d -> queued`,
    );
    bulkhead.reconfigure(resolved({ concurrent: 2, queue: { size: 1, order: "lifo" } }));
    expect([bulkhead.inFlight, bulkhead.waiting, bulkhead.limit]).toEqual([1, 3, 2]);
    expect(bulkhead.admitNext()?.name).toBe("d");
    expectTranscript(
      step,
      `t=1 acquire e -> refused
       t=2 release -> c`,
    );
  });

  it("takes in no more than its limit, and refuses where nobody may wait", () =>
    void transcript(
      { concurrent: 2 },
      `t=0 acquire a -> taken
       t=0 acquire b -> taken
       t=0 acquire c -> refused
       t=1 release -> nobody
       t=1 acquire d -> taken
       t=1 acquire e 9 -> refused`,
    ));

  it("hands a free place to the next in line, in order of arrival", () =>
    void transcript(
      { concurrent: 1, queue: { size: 3 } },
      `t=0 acquire a -> taken
       t=0 acquire b -> queued
       t=0 acquire c -> queued
       t=0 acquire d -> queued
       t=0 acquire e -> refused
       t=1 release -> b
       t=2 release -> c
       t=3 release -> d
       t=4 release -> nobody`,
    ));

  it("or to the latest first when told", () =>
    void transcript(
      { concurrent: 1, queue: { size: 3, order: "lifo" } },
      `t=0 acquire a -> taken
       t=0 acquire b -> queued
       t=0 acquire c -> queued
       t=1 release -> c
       t=1 acquire d -> queued
       t=2 release -> d
       t=3 release -> b`,
    ));

  it("lets nobody overtake: a newcomer joins the back, whatever has just come free", () =>
    void transcript(
      { concurrent: 1, queue: { size: 2 } },
      `t=0 acquire a -> taken
       t=0 acquire b -> queued
       t=1 release -> b
       t=1 acquire c -> queued
       t=2 release -> c
       t=2 release -> nobody
       t=2 acquire d -> taken`,
    ));

  it("prefers the more important, and among equals the one that waits longer", () =>
    void transcript(
      { concurrent: 1, queue: { size: 9 } },
      `t=0 acquire a -> taken
       t=0 acquire b -> queued
       t=0 acquire c 5 -> queued
       t=0 acquire d -1 -> queued
       t=0 acquire e 5 -> queued
       t=0 acquire f -> queued
       t=1 release -> c
       t=2 release -> e
       t=3 release -> b
       t=4 release -> f
       t=5 release -> d`,
    ));

  it("displaces the latest of the least important when the line is full", () =>
    void transcript(
      { concurrent: 1, queue: { size: 3 } },
      `t=0 acquire a -> taken
       t=0 acquire b 1 -> queued
       t=0 acquire c -> queued
       t=0 acquire d -> queued
       t=0 acquire e -> refused
       t=0 acquire f 2 -> queued, d out
       t=0 acquire g 1 -> queued, c out
       t=0 acquire h 1 -> refused
       t=1 release -> f
       t=2 release -> b
       t=3 release -> g`,
    ));

  it("never puts out of the line somebody who has a place", () =>
    void transcript(
      { concurrent: 1, queue: { size: 1 } },
      `t=0 acquire a -> taken
       t=0 acquire b 9 -> queued
       t=1 release -> b
       t=1 leave b -> not there
       t=1 acquire c 10 -> queued`,
    ));

  it("makes room at once when somebody leaves the line, from wherever in it", () => {
    const bulkhead = transcript(
      { concurrent: 1, queue: { size: 3 } },
      `t=0 acquire a -> taken
       t=0 acquire b -> queued
       t=0 acquire c -> queued
       t=0 acquire d -> queued
       t=1 leave c -> left
       t=1 leave c -> not there
       t=1 acquire e -> queued
       t=1 acquire f -> refused
       t=2 leave b -> left
       t=2 leave e -> left
       t=3 release -> d
       t=4 release -> nobody`,
    );
    expect([bulkhead.inFlight, bulkhead.waiting]).toEqual([0, 0]);
  });

  it("lets in as many as a higher limit has room for", () =>
    void transcript(
      { concurrent: 1, queue: { size: 4 } },
      `t=0 acquire a -> taken
       t=0 acquire b -> queued
       t=0 acquire c -> queued
       t=0 acquire d -> queued
       t=1 limit 3 -> b, c
       t=2 limit 9 -> d
       t=2 acquire e -> taken`,
    ));

  it("with a lower limit waits for attempts to end, and takes nobody in meanwhile", () =>
    void transcript(
      { concurrent: 3, queue: { size: 4 } },
      `t=0 acquire a -> taken
       t=0 acquire b -> taken
       t=0 acquire c -> taken
       t=1 limit 1 -> nobody
       t=1 acquire d -> queued
       t=2 release -> nobody
       t=3 release -> nobody
       t=4 release -> d`,
    ));

  it("has no line and no longest wait unless told", () => {
    expect(resolved({ concurrent: 5 })).toEqual({
      concurrent: 5,
      queue: { size: 0, order: "fifo", maxWaitMs: Infinity },
    });
  });
});
