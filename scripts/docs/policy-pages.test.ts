import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type PolicyOptions, policyTable } from "@breakwater/policy";
import { parseScenario } from "@breakwater/scenario";
import { describe, expect, it } from "vitest";
import { fillParts } from "./marked.ts";
import { optionTable } from "./option-names.ts";
import { optionsTable } from "./options-table.ts";
import { root } from "./pages.ts";

const folder = join(root, "docs/policies");
const pages = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]);

/** The smallest scenario in which a policy can stand. */
const SCENARIO = `
duration: 10s
services: { shop: { endpoints: { view: { steps: [{ work: 5ms }] } } } }
load: { visitors: { kind: open, to: shop, rate: 1 } }
`;

function blocks(page: string, language: string): string[] {
  const fence = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs");
  return [...page.matchAll(fence)].map((match) => match[1] as string);
}

/** Runs a snippet as users would, and returns what it prints. */
function run(source: string): { stdout: string; stderr: string } {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=breakwater-source", "--input-type=module-typescript", "-e", source],
    { cwd: join(root, "packages/breakwater"), encoding: "utf8", timeout: 30_000 },
  );
  return { stdout, stderr };
}

describe.each(pages)("docs/policies/%s", (name, page = "") => {
  it("has the tables of options that validation reads", () => {
    expect(fillParts(page, "options", (part) => optionsTable(optionTable(part)))).toBe(page);
  });

  it("has examples in YAML that are valid", () => {
    const examples = blocks(page, "yaml");
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(parseScenario(SCENARIO + example, "yaml")).toMatchObject({ ok: true });
    }
  });

  it("has examples in TypeScript that run", () => {
    const examples = blocks(page, "ts");
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const { stdout, stderr } = run(example);
      expect(stderr).toBe("");
      expect(stdout).not.toBe("");
      const told = /This prints `(.*?)`/.exec(page.slice(page.indexOf(example)))?.[1];
      const plain = (text: string) => text.trim().replaceAll('"', "'");
      if (told !== undefined && page.split(example)[1]?.includes(`\`\`\`\n\nThis prints`)) {
        expect(plain(stdout)).toBe(plain(told));
      }
    }
  }, 60_000);

  it("links to pages that exist", () => {
    const links = [...page.matchAll(/\]\(([\w-]+\.md)\)/g)].map((match) => match[1]);
    const names = pages.map(([other]) => other);
    expect(links.filter((link) => !names.includes(link))).toEqual([]);
    expect(name === "README.md" || links.length > 0).toBe(true);
  });
});

it("there is a page for every part of a policy", () => {
  const own: (keyof PolicyOptions)[] = ["name", "idempotent", "lateAnswers"];
  const parts = Object.keys(policyTable).filter((key) => !own.some((each) => each === key));
  const expected = parts.map(
    (part) => `${part.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}.md`,
  );
  expect(pages.map(([name]) => name).sort()).toEqual(["README.md", ...expected].sort());
});
