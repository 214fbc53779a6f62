import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseAxis } from "../input/axis.ts";
import { runMain } from "../testing/test-io.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "breakwater-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...argv: string[]) => runMain(argv, folder);
const write = () =>
  writeFileSync(
    join(folder, "a.yaml"),
    `duration: 5s
services:
  shop: { workers: 1, endpoints: { page: { steps: [{ work: 10ms }] } } }
policies: { careful: { timeout: 100ms } }
load:
  visitors: { kind: open, to: shop, rate: 20, policy: careful }
faults: [{ kind: pause, service: shop, at: 1s, for: 100ms }]
objectives: [{ metric: successRate, atLeast: 0.9 }]
`,
  );

describe("an axis", () => {
  test.each([
    ["load.a.rate=100..400/100", [100, 200, 300, 400]],
    ["x=0.1..0.3/0.1", [0.1, 0.2, 0.3]],
    ["x=100ms..1s/450ms", ["100ms", "550ms", "1s"]],
    ["x=1,5s,unlimited", [1, "5s", "unlimited"]],
  ])("%s", (text, values) => {
    expect(parseAxis(text).values).toEqual(values);
  });

  test.each([
    ["rate", "needs a field and its values"],
    ["x=1..5", "needs a step"],
    ["x=5..1/1", "needs a step above 0, and FROM before TO"],
    ["x=1..5/0", "needs a step above 0"],
    ["x=1..1e9/1", "at most 1000 are allowed"],
    ["x=a..b/c", "needs three numbers, or three durations"],
    ["x=1,,2", "has an empty value"],
  ])("%s is refused", (text, problem) => {
    expect(() => parseAxis(text)).toThrow(problem);
  });
});

describe("sweep", { timeout: 60_000 }, () => {
  test("finds where it breaks: at the rate that the worker can do", async () => {
    write();
    const { code, out } = await run(
      ..."sweep a.yaml --set load.visitors.rate=40..160/60 --replications 3 --json".split(" "),
    );
    expect(code).toBe(0);
    const { format, axes, points } = JSON.parse(out);
    expect(format).toBe("breakwater-sweep/1");
    expect(axes).toEqual([{ path: "load.visitors.rate", values: [40, 100, 160] }]);
    const odds = points.map(
      (point: { replications: { collapse: { share: number } } }) =>
        point.replications.collapse.share,
    );
    expect([odds[0], odds[2]]).toEqual([0, 1]);
  });

  test("two fields make every pair, in one table", async () => {
    write();
    const { out } = await run(
      ..."sweep a.yaml --set policies.careful.timeout=5ms,200ms --set faults[0].for=1s,2s --plain".split(
        " ",
      ),
    );
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(5);
    expect(lines[0]).toContain("policies.careful.timeout\tfaults[0].for\tgoodput");
    expect(lines.slice(1).map((line) => line.split("\t").slice(0, 2).join(" "))).toEqual([
      "5ms 1s",
      "5ms 2s",
      "200ms 1s",
      "200ms 2s",
    ]);
  });

  test.each([
    ["load.vistors.rate=1,2", "there is no vistors in load; there are visitors"],
    ["faults[3].for=1s", "there is no 3 in faults; there are 0"],
    ["load.visitors.rat=1", "unknown key"],
    ["load.visitors.rate=-1,1", "load.visitors.rate"],
    ["__proto__.x=1", "there is no __proto__ in the scenario"],
  ])("--set %s is refused", async (set, problem) => {
    write();
    const { code, err } = await run("sweep", "a.yaml", "--set", set);
    expect(code).toBe(2);
    expect(err).toContain(problem);
  });

  test("needs a field", async () => {
    write();
    expect((await run("sweep", "a.yaml")).err).toContain("sweep needs a field to change");
  });
});
