import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { failures } from "./failures.ts";
import { type Group, table, targetTable } from "./group.ts";
import { inFlight } from "./in-flight.ts";
import { policies } from "./policies.ts";
import { has, runOne } from "./run.ts";
import { bundleSize, SIZES } from "./size.ts";
import { LIBRARIES, SCENARIOS } from "./subject.ts";

const tiny = { rounds: 1, calls: 30, roundMs: 1, inFlight: 20 };
const groups: Group[] = [policies, failures, inFlight];

describe("the benchmarks, at tiny counts", () => {
  it("measure every scenario in one group", () => {
    const measured = groups.flatMap(({ scenarios }) => scenarios);
    expect(measured.toSorted()).toEqual([...SCENARIOS].toSorted());
  });

  it.each(LIBRARIES)(
    "run for %s",
    async (library) => {
      for (const scenario of SCENARIOS.filter(
        (one) => has(library, one) && one !== "window100000",
      )) {
        expect((await runOne(library, scenario, tiny)).ns, scenario).toBeGreaterThan(0);
      }
    },
    120_000,
  );

  it("judge what they found", () => {
    const results = new Map([
      ["breakwater full", { ns: 200, ratio: 4, bytes: 900 }],
      ["cockatiel full", { ns: 400, ratio: 8, bytes: 1_000 }],
    ]);
    expect(targetTable(policies.targets, results)).toBe(
      [
        "| Target | | Measured | |",
        "|---|--:|--:|---|",
        "| full: times a bare await | at most 4.5 | 4.0 | met |",
        "| full: times faster than cockatiel | at least 15 | 2.0 | missed |",
        "| full: memory against the thriftiest other | at most 1 | 0.90 | met |",
      ].join("\n"),
    );
    expect(table(policies, results)).toContain("| full | x4.0, 200 ns, 900 B | x8.0,");
  });

  it("tell the size of bundles", async () => {
    const root = fileURLToPath(new URL("..", import.meta.url));
    const [whole, , one] = SIZES;
    const all = await bundleSize(whole?.code ?? "", root);
    const part = await bundleSize(one?.code ?? "", root);
    expect(part).toBeGreaterThan(500);
    expect(all).toBeGreaterThan(part);
  }, 30_000);
});
