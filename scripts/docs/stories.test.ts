// Numbers that stand in sentences, not in tables that a script writes: held to runs made now.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatMs, type RunResult } from "@breakwater/metrics";
import { homepageLadder, parseScenario } from "@breakwater/scenario";
import { runScenario } from "@breakwater/simulator";
import { describe, expect, test } from "vitest";
import { fencesOf } from "./markdown.ts";
import { root } from "./pages.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");

function run(text: string, format: "yaml" | "json" = "yaml"): RunResult {
  const parsed = parseScenario(text, format);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return runScenario(parsed.scenario);
}

describe("getting started", () => {
  const page = read("docs/getting-started.md");
  const [scenario = "", change = ""] = fencesOf(page)
    .filter(({ language }) => language === "yaml")
    .map(({ text }) => text);

  test("the timeout alone misses the objectives, as told", () => {
    const { verdict, summary } = run(scenario);
    expect(verdict).toBe("missed");
    expect(page).toContain(`the p99 latency becomes ${((summary.p99Ms ?? 0) / 1000).toFixed(1)} s`);
  });

  test("the circuit breaker meets them, as told", () => {
    const changed = scenario.replace(/^policies:\n {2}recommendations: .*\n/m, change);
    expect(changed).not.toBe(scenario);
    const { verdict, summary } = run(changed);
    expect(verdict).toBe("met");
    expect(page).toContain(`Now the p99 is ${formatMs(summary.p99Ms ?? 0)}`);
  });
});

describe("what each run of the homepage laboratory teaches", () => {
  const page = read("docs/homepage.md");
  const told = [...page.matchAll(/^\*\*(.+?)\.\*\* ([\s\S]+?)\n\n/gm)].flatMap(
    ([, name, text = ""]) => {
      const pages = /^(\d+) pages/.exec(text)?.[1];
      const tailS = /(?:another|tail\s+grows to|tail is)\s+(\d+) s/.exec(text)?.[1];
      return pages === undefined ? [] : [{ name, pages: Number(pages), tailS }];
    },
  );

  test("most runs are told with numbers", () => expect(told.length).toBeGreaterThan(4));

  test.each(told)("$name", ({ name, pages, tailS }) => {
    const rung = homepageLadder("calibrated").find((each) => each.name === name);
    if (rung === undefined) throw new Error(`there is no run named ${name}`);
    const { summary } = run(JSON.stringify(rung.scenario), "json");
    expect(summary.servedInDuration).toBe(pages);
    if (tailS === undefined) return;
    expect(Math.round(summary.tailMs / 1000)).toBe(Number(tailS));
  });
});
