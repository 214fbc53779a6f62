// Holds the pages to the code: examples run, tables are those of the code, links lead somewhere.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { problemText } from "@breakwater/policy";
import { findScenario, parseScenario } from "@breakwater/scenario";
import { runScenario } from "@breakwater/simulator";
import { describe, expect, test } from "vitest";
import { main } from "../packages/cli/src/main.ts";
import { readYaml } from "../packages/scenario/src/document/yaml.ts";
import { filled } from "./docs/filled.ts";
import { anchorsOf, fencesOf, linksOf } from "./docs/markdown.ts";
import { markdownFiles, root } from "./docs/pages.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const fences = markdownFiles("docs").flatMap((path) =>
  fencesOf(read(path)).map((fence) => ({ ...fence, where: `${path}:${fence.line}` })),
);
const ofLanguage = (...languages: string[]) =>
  fences.filter(({ language }) => languages.includes(language));

describe("YAML in the docs", () => {
  const blocks = ofLanguage("yaml", "yml");
  test("there is some", () => expect(blocks.length).toBeGreaterThan(10));

  test.each(blocks.filter(({ mark }) => mark !== "fragment"))("$where runs", ({ text }) => {
    const parsed = parseScenario(text, "yaml");
    if (!parsed.ok) throw new Error(parsed.problems.map(problemText).join("\n"));
    const { conservation, endToEnd } = runScenario(parsed.scenario);
    expect(conservation.filter(({ balanced }) => !balanced)).toEqual([]);
    expect(endToEnd.calls).toBeGreaterThan(0);
  });

  test.each(blocks.filter(({ mark }) => mark === "fragment"))("$where is YAML", ({ text }) => {
    expect(readYaml(text)).toMatchObject({ ok: true });
  });
});

describe("TypeScript in the docs", () => {
  const source = (text: string): string =>
    execFileSync(
      process.execPath,
      ["--conditions=breakwater-source", "--input-type=module-typescript", "-"],
      { cwd: join(root, "packages/cli"), input: text, encoding: "utf8" },
    );

  test.each(ofLanguage("ts", "typescript"))("$where runs", ({ text, where }) => {
    const printed = source(text);
    const next = fences[fences.findIndex((fence) => fence.where === where) + 1];
    if (next?.mark === "output") expect(printed).toBe(next.text);
  });
});

describe("commands in the docs", () => {
  const written = fences
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => [...text.matchAll(/^(?:npm run -s breakwater -- |breakwater )(.+)$/gm)])
    .map(([, rest = ""]) => rest.replace(/\s+#.*$/, ""));
  test("there are some", () => expect(written.length).toBeGreaterThan(5));

  test.each([...new Set(written)])("breakwater %s", async (line) => {
    const [command = "", ...words] = line.split(/\s+/);
    const flags = words.filter((word) => word.startsWith("--"));
    let help = "";
    const io = { out: (text: string) => (help += text), err: () => {}, columns: 500 };
    const rest = { isTerminal: false, env: {}, cwd: root, now: () => 0 };
    expect(await main(["help", command], { ...io, ...rest })).toBe(0);
    expect(flags.filter((flag) => !help.includes(`${flag} `))).toEqual([]);
    const [scenario = ""] = words;
    if (command === "run" && !scenario.includes(".")) {
      expect(findScenario(scenario)).toMatchObject({ ok: true });
    }
  });
});

test.each(markdownFiles("docs"))("%s has the tables of the code", (path) => {
  expect(read(path)).toBe(filled(read(path)));
});

test.each(markdownFiles())("every link of %s leads somewhere", (path) => {
  const broken = linksOf(read(path)).filter((link) => {
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : normalize(join(dirname(path), decodeURI(file)));
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchorsOf(read(target)).has(anchor);
  });
  expect(broken).toEqual([]);
});

test("every code of the packages is explained, and every explained one exists", () => {
  const words = /\bBREAKWATER_[A-Z_]+/g;
  const codes = new Set(sources().flatMap((text) => text.match(words) ?? []));
  const headings = read("docs/errors.md").match(/^### `BREAKWATER_[A-Z_]+`$/gm) ?? [];
  const explained = headings.map((heading) => heading.slice(5, -1));
  expect(explained.toSorted()).toEqual([...codes].toSorted());
});

/** Texts of everything that ships, tests left out. */
function sources(): string[] {
  return readdirSync(join(root, "packages")).flatMap((name) => {
    const folder = join(root, "packages", name, "src");
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|tsx|js)$/.test(file) && !/\.(test|soak)\.ts$/.test(file))
      .map((file) => readFileSync(join(folder, file), "utf8"));
  });
}
