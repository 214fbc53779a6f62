import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { policyTable, problemText } from "@breakwater/policy";
import { parseScenario } from "@breakwater/scenario";
import { expect, it } from "vitest";
import { fencesOf } from "./markdown.ts";
import { markdownFiles, root } from "./pages.ts";

const pages = markdownFiles("docs/policies");
const examples = pages.flatMap((path) =>
  fencesOf(readFileSync(join(root, path), "utf8"))
    .filter(({ language }) => language === "yaml")
    .map(({ text, line }) => ({ where: `${path}:${line}`, text })),
);

/** The smallest scenario in which policies can stand. */
const SCENARIO = `
duration: 10s
services: { shop: { endpoints: { view: { steps: [{ work: 5ms }] } } } }
load: { visitors: { kind: open, to: shop, rate: 1 } }
`;

it.each(examples)("the policy at $where is valid", ({ text }) => {
  expect(text).toMatch(/^policies:\n/);
  const parsed = parseScenario(SCENARIO + text, "yaml");
  if (!parsed.ok) expect.fail(parsed.problems.map(problemText).join("\n"));
});

it("every part of a policy has a page with an example", () => {
  const plain = ["name", "idempotent", "lateAnswers"];
  const parts = Object.keys(policyTable).filter((key) => !plain.includes(key));
  const kebab = (part: string) => part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const expected = ["README.md", ...parts.map((part) => `${kebab(part)}.md`)];
  const withExample = new Set(examples.map(({ where }) => basename(where.split(":")[0] as string)));
  expect([...withExample]).toEqual(expect.arrayContaining(expected));
});

it("every page is in the list of pages", () => {
  const list = readFileSync(join(root, "docs/policies/README.md"), "utf8");
  const names = pages.map((path) => basename(path)).filter((name) => name !== "README.md");
  expect(names.filter((name) => !list.includes(`](${name})`))).toEqual([]);
});
