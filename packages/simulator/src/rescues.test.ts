import {
  failingWorker,
  garbageCollection,
  type PolicyData,
  type Scenario,
  thunderingHerd,
} from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { run } from "../test-support/run.ts";

/** An entry of the catalogue, and the one change to its policy that saves it. */
const RESCUES: readonly (readonly [
  name: string,
  make: (policy?: PolicyData) => Scenario,
  rescue: PolicyData,
])[] = [
  [
    "thundering herd: a budget for retries",
    (policy) => thunderingHerd(policy && { policy }),
    {
      idempotent: true,
      timeout: "2s",
      retry: {
        attempts: 5,
        backoff: { kind: "constant", base: "1s", jitter: "none" },
        budget: { ratio: 0.1 },
      },
    },
  ],
  [
    "garbage collection: a hedge",
    (policy) => garbageCollection(policy && { policy }),
    { timeout: "1s", idempotent: true, hedge: { attempts: 3, delay: "60ms" } },
  ],
  [
    "failing worker: two more tries",
    (policy) => failingWorker(policy && { policy }),
    {
      timeout: "1s",
      idempotent: true,
      retry: { attempts: 3, backoff: { kind: "constant", base: "10ms", jitter: "full" } },
    },
  ],
];

describe("an outage of the catalogue misses its objectives until one part of a policy is there", () => {
  test.each(RESCUES)("%s", (_, make, rescue) => {
    for (const seed of [1, 2, 3]) {
      expect(run(make(), seed).verdict).toBe("missed");
      expect(run(make(rescue), seed).objectives.filter(({ met }) => !met)).toEqual([]);
    }
  });
});
