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
    const sizes = new Map<string, number>();
    for (const { what, code } of SIZES) sizes.set(what, await bundleSize(code, root));
    const of = (what: string) => sizes.get(what) ?? Number.NaN;
    // What is not imported is not in the bundle: each of these leaves something out.
    const names = [
      "Machine alone: `RetryBudget`",
      "Machine alone: `CircuitBreaker`",
      "`breakwater/core`, deadline, timeout, fallback",
      "`breakwater/core`, circuit breaker, timeout, fallback",
      "`breakwater/core`, the full policy of these benchmarks",
      "`breakwater/core`, whole: every part, nothing checked",
      "`breakwater`, `policy` only",
      "`breakwater`, whole",
    ];
    expect(names.toSorted((a, b) => of(a) - of(b))).toEqual(names);
    expect(of("Machine alone: `CircuitBreaker`")).toBeLessThan(3_000);
    expect([...sizes.values()].filter((bytes) => !(bytes > 200))).toEqual([]);
  }, 60_000);
});
