import { describe, expect, test } from "vitest";
import { impurities } from "./purity.ts";

const check = (text: string) => impurities({ path: "x.ts", text });

describe("what is not pure is found", () => {
  const violations = [
    "const now = Date.now();",
    "const now = new Date();",
    "const draw = Math.random();",
    "const draw = Math\n  .random();",
    'const draw = Math["random"]();',
    "const { random } = Math;",
    "setTimeout(() => {}, 5);",
    "const t = performance.now();",
    "queueMicrotask(f);",
    "const home = process.env.HOME;",
    "const g = globalThis;",
    "console.log(1);",
    "const id = crypto.randomUUID();",
    "const answer = fetch(url);",
    'const fs = require("fs");',
    'const fs = import("./fs.ts");',
    'import { readFileSync } from "node:fs";',
    'export { join } from "node:path";',
    'import "node:fs";',
    "declare const setTimeout: (f: () => void) => void;",
    "const text = `${Date.now()} ms`;",
    "const p = new Promise(() => {});",
    "const p = Promise.resolve(1);",
    "async function f() {}",
    "const f = async () => 1;",
    "names.sort((a, b) => a.localeCompare(b));",
    "(1).toLocaleString();",
    'eval("1");',
    '/// <reference types="node" />',
    "const url = import.meta.url;",
    "const values = [1, ...Date];",
  ];
  test.each(violations)("%s", (text) => {
    expect(check(text)).not.toEqual([]);
  });
});

describe("what only looks like it is left alone", () => {
  const innocent = [
    "// Date.now() is not used here",
    'const text = "Math.random() and setTimeout";',
    "interface Arrivals { readonly process: string }",
    "interface Shape { fetch?: string; performance: number }",
    "const rounded = Math.round(1.5);",
    "const value = event.process;",
    "const draw = stream.random();",
    "type Run<T> = (attempt: Attempt) => Promise<T>;",
    'import { x } from "./time.ts";',
    "const updateDate = 1; const Dated = 2;",
    "const pattern = /Date.now/;",
  ];
  test.each(innocent)("%s", (text) => {
    expect(check(text)).toEqual([]);
  });
});

test("a finding names the line", () => {
  expect(check("const a = 1;\n/* two\nlines */ Date.now();")).toMatchObject([{ line: 3 }]);
});
