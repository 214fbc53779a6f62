import { expect, test } from "vitest";
import { boundaryFindings, type Room } from "./boundaries.ts";

interface Sketch {
  readonly folder: string;
  readonly name: string;
  readonly uses?: readonly string[];
  readonly references?: readonly string[];
  readonly file?: string;
  readonly text?: string;
}

function room({ folder, name, uses = [], references = [], file, text = "" }: Sketch): Room {
  const path = `${folder}/src/${file ?? "index.ts"}`;
  return {
    folder,
    manifest: {
      name,
      dependencies: Object.fromEntries(uses.map((use) => [use, "0.1.0"])),
      exports: { ".": "./src/index.ts" },
    },
    references,
    sources: [{ path, text }],
  };
}

const policy = room({ folder: "packages/policy", name: "@breakwater/policy" });
const scenarioWith = (rest: Partial<Sketch>) =>
  room({
    folder: "packages/scenario",
    name: "@breakwater/scenario",
    uses: ["@breakwater/policy"],
    references: ["../policy"],
    ...rest,
  });
const messages = (...rooms: Room[]) => boundaryFindings(rooms, ["vitest"]).map((f) => f.message);

test("an allowed, declared import passes", () => {
  expect(
    messages(policy, scenarioWith({ text: 'import { a } from "@breakwater/policy";' })),
  ).toEqual([]);
});

test("a package must not import one above it", () => {
  const low = room({
    folder: "packages/policy",
    name: "@breakwater/policy",
    text: 'import type { a } from "@breakwater/scenario";',
  });
  expect(messages(low, scenarioWith({}))).toEqual([
    '"@breakwater/scenario" may not be imported here',
  ]);
});

test("a dependency that the table forbids is found in package.json", () => {
  const metrics = room({
    folder: "packages/metrics",
    name: "@breakwater/metrics",
    uses: ["@breakwater/policy", "lodash"],
    references: ["../policy"],
  });
  expect(messages(policy, metrics)).toEqual([
    "must not depend on @breakwater/policy",
    "must stay free of dependencies, and names lodash",
  ]);
});

test("references and dependencies must agree in both directions", () => {
  expect(messages(policy, scenarioWith({ references: ["../metrics"] }))).toEqual([
    "lacks a reference to ../policy",
    "refers to ../metrics, no dependency in package.json",
  ]);
});

test("a part of the same package needs no dependency", () => {
  const references = ["../policy", "./tsconfig.page.json"];
  expect(messages(policy, scenarioWith({ references }))).toEqual([]);
});

test("nobody goes past another package's exports, or around them by a path", () => {
  const text =
    'import a from "@breakwater/policy/src/x.ts";\nexport * from "../../policy/src/x.ts";';
  expect(boundaryFindings([policy, scenarioWith({ text })], [])).toMatchObject([
    { line: 1, message: expect.stringContaining("goes past the exports") },
    { line: 2, message: expect.stringContaining("leaves the package") },
  ]);
});

test("an undeclared package is found, but tests may use the root's tools", () => {
  const text = 'import { expect } from "vitest";';
  expect(messages(policy, scenarioWith({ text }))).toEqual([
    '"vitest" is not among the dependencies in package.json',
  ]);
  expect(messages(policy, scenarioWith({ text, file: "x.test.ts" }))).toEqual([]);
});

test("a new package must be entered in the table", () => {
  expect(messages(room({ folder: "packages/new", name: "@breakwater/new" }))).toEqual([
    expect.stringContaining("is not in the table"),
  ]);
});

test("example systems use the toolkit only", () => {
  const toolkit = room({ folder: "packages/breakwater", name: "breakwater" });
  const system = room({
    folder: "systems/retail",
    name: "retail",
    uses: ["breakwater", "@breakwater/policy"],
    references: ["../../packages/policy", "../../packages/breakwater"],
  });
  expect(messages(policy, toolkit, system)).toEqual(["must not depend on @breakwater/policy"]);
});
