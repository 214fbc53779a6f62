import { readFileSync } from "node:fs";
import { join } from "node:path";
import { conserved } from "@breakwater/metrics";
import { type HomepagePace, parseScenario } from "@breakwater/scenario";
import { runScenario } from "@breakwater/simulator";
import { policy } from "breakwater";
import { expect, test } from "vitest";
import { ladderTable } from "./docs/ladder-table.ts";
import { fillParts } from "./docs/marked.ts";
import { root } from "./docs/pages.ts";

const page = readFileSync(join(root, "README.md"), "utf8");

function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page);
  if (found?.[1] === undefined) throw new Error(`the README has no ${language} example`);
  return found[1];
}

test("the ladder table is from a real run: npm run readme writes it anew", () => {
  const filled = fillParts(page, "ladder", (pace) => ladderTable(pace as HomepagePace));
  expect(page).toBe(filled);
});

test("the scenario runs, loses nothing and meets its objectives", () => {
  const parsed = parseScenario(block("yaml"), "yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const result = runScenario(parsed.scenario);
  expect(conserved(result.conservation)).toBe(true);
  expect(result.verdict).toBe("met");
});

test("the policy in the code example is the one in the scenario, and is accepted", () => {
  const options = {
    timeout: "300ms",
    circuitBreaker: { window: { kind: "time", size: "10s" }, failureRate: 0.5, openFor: "5s" },
  } as const;
  const written = block("ts").replace(/\s+/g, " ");
  expect(written).toContain('timeout: "300ms"');
  expect(written).toContain(
    'circuitBreaker: { window: { kind: "time", size: "10s" }, failureRate: 0.5, openFor: "5s" }',
  );
  expect(policy(options).name).toBe("");
  expect(page).toContain(
    "circuitBreaker: { window: { kind: time, size: 10s }, failureRate: 0.5, openFor: 5s }",
  );
});

test("the first screen has the two commands", () => {
  const top = page.split("\n").slice(0, 14).join("\n");
  expect(top).toContain("npm start");
  expect(top).toContain("npm test");
});
