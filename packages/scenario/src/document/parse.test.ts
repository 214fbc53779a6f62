import type { Problem } from "@breakwater/policy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { catalogue } from "../catalogue/catalogue.ts";
import { starterScenario } from "../starter.ts";
import { checkScenario } from "./check.ts";
import { parseScenario } from "./parse.ts";

function problemsOf(text: string, format: "yaml" | "json" = "yaml"): readonly Problem[] {
  const outcome = parseScenario(text, format);
  return outcome.ok ? [] : outcome.problems;
}

function only(text: string, format: "yaml" | "json" = "yaml"): Problem {
  const problems = problemsOf(text, format);
  expect(problems).toHaveLength(1);
  return problems[0] as Problem;
}

describe("one scenario, three ways of writing it", () => {
  test.each(catalogue)("$name is the same from YAML, JSON and TypeScript", ({ scenario }) => {
    const direct = checkScenario(scenario);
    expect(direct.ok).toBe(true);
    const yaml = parseScenario(stringify(scenario, { aliasDuplicateObjects: false }), "yaml");
    expect(yaml).toEqual(direct);
    expect(parseScenario(JSON.stringify(scenario), "json")).toEqual(direct);
  });

  test("the same durations in other units are the same scenario", () => {
    const text = starterScenario();
    const other = text.replace("duration: 30s", "duration: 30000").replace("200ms", "0.2s");
    const [a, b] = [parseScenario(text, "yaml"), parseScenario(other, "yaml")];
    expect(a.ok && b.ok && b.scenario).toEqual(a.ok && a.scenario);
    expect(text).not.toBe(other);
  });
});

describe("syntax", () => {
  test("YAML errors name line and column", () => {
    const problem = only("duration: 1s\nservices: [a, b\nload: {}\n");
    expect(problem.path).toMatch(/^line \d, column \d+$/);
    expect(problem.message).toContain("not valid YAML");
  });

  test("JSON errors too, where the engine tells", () => {
    const problem = only('{\n  "duration": 1,\n  oops\n}', "json");
    expect(problem.path).toMatch(/^line 3, column \d+$/);
    expect(only("", "json").message).toBe("the text is not valid JSON");
  });

  test.each([
    ["a repeated key", "duration: 1s\nduration: 2s\n", "line 2, column 1"],
    ["a repeated key inside", "services:\n  a: {}\n  'a': {}\n", "line 3, column 3"],
    ["a custom tag", "duration: !env HOME\n", "line 1, column 11"],
    ["a key that is no text", "? [a, b]\n: 1\n", "line 1, column 3"],
    ["two documents", "a: 1\n---\nb: 2\n", "line 2, column 1"],
  ])("%s is refused at its place", (_, text, path) => expect(only(text).path).toBe(path));

  test.each(["", "~", "[]", "just words", "42", "# nothing"])("%j is no scenario", (text) => {
    expect(only(text).path).toBe("");
  });

  test("YAML 1.2, not 1.1: no is a text, and on a key", () => {
    expect(problemsOf("name: no\n").map((problem) => problem.path)).not.toContain("name");
  });

  test("values that are no JSON numbers", () => {
    expect(problemsOf("duration: .nan\n")[0]?.message).toBe("NaN is not a duration");
    expect(problemsOf('{"duration": 1e999}', "json")[0]?.path).toBe("duration");
  });
});

describe("texts made to hurt end soon, in one problem", () => {
  const whole = 1024 * 1024;
  const fill = (piece: string) => piece.repeat(Math.floor(whole / piece.length));
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (const [before, name] of ["ab", "bc", "cd", "de", "ef", "fg", "gh"].map((pair) => [
    ...pair,
  ])) {
    bomb.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]`);
  }

  test.each([
    ["too long", `${fill("a")}aa`, "too long"],
    ["brackets", fill("["), "nested too deeply"],
    ["flow maps", fill("{a: "), "nested too deeply"],
    ["dashes in a line", fill("- "), "nested too deeply"],
    ["many lines", fill("-\n"), "too many parts"],
    ["commas", `[${fill(",").slice(1)}`, "too many parts"],
    ["anchors and aliases", fill("- &a x\n- *a\n"), "too many aliases"],
    ["a bomb of aliases", bomb.join("\n"), "alias"],
  ])("%s", (_, text, message) => expect(only(text).message).toContain(message), 20_000);

  test("a value that holds itself", () => {
    const text = `${starterScenario()}about: x`.replace("{ value: [] }", "&a { value: *a }");
    expect(only(text).message).toBe("is nested too deeply");
  });

  test("deep blocks", () => {
    const deep = Array.from({ length: 1300 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n");
    expect(problemsOf(deep)).toHaveLength(1);
  });

  test("a map of very many keys", () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `  s${index}: {}`).join("\n");
    const problems = problemsOf(`duration: 1s\nload: {}\nservices:\n${text}\n`);
    expect(problems.map((problem) => problem.message)).toContain("has too many entries: 20000");
  });

  test("deep JSON, and keys that poison prototypes", () => {
    expect(problemsOf(fill("["), "json")).toHaveLength(1);
    const problems = problemsOf('{"__proto__": {"seed": 1}, "constructor": 1}', "json");
    expect(problems.map((problem) => problem.path)).toEqual(
      expect.arrayContaining(["__proto__", "constructor"]),
    );
    expect(({} as { seed?: number }).seed).toBeUndefined();
  });
});

describe("mutated documents", () => {
  const documents = catalogue.map(({ scenario }) => JSON.stringify(scenario));
  const junk = fc.oneof(
    fc.anything(),
    fc.constantFrom(null, -1, 0, 1e308, "", "1s", "-5ms", "unlimited", [], {}, "homepage"),
  );

  /** Replaces, removes or misspells one thing somewhere in a document. */
  function mutate(value: unknown, path: readonly number[], by: unknown, way: string): unknown {
    if (typeof value !== "object" || value === null) return by;
    const entries = Object.entries(value);
    const [first = 0, ...rest] = path;
    const at = entries[first % Math.max(1, entries.length)];
    if (at === undefined) return by;
    const changed = entries.flatMap(([key, inner]): [string, unknown][] => {
      if (key !== at[0]) return [[key, inner]];
      if (rest.length > 0) return [[key, mutate(inner, rest, by, way)]];
      if (way === "remove") return [];
      return way === "misspell" ? [[`${key}x`, inner]] : [[key, by]];
    });
    return Array.isArray(value) ? changed.map((entry) => entry[1]) : Object.fromEntries(changed);
  }

  test("never throw, and every problem says where, what is allowed and what to do", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...documents),
        fc.array(fc.nat(20), { minLength: 1, maxLength: 9 }),
        junk,
        fc.constantFrom("replace", "remove", "misspell"),
        (document, path, by, way) => {
          const outcome = checkScenario(mutate(JSON.parse(document), path, by, way));
          for (const problem of outcome.ok ? [] : outcome.problems) {
            expect(typeof problem.path).toBe("string");
            expect(problem.message).not.toBe("");
            expect(problem.allowed).not.toBe("");
            expect(problem.fix).not.toBe("");
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("nor do texts with characters put in, taken out or cut off", () => {
    const text = starterScenario();
    const signs = fc.constantFrom(
      "\t",
      ":",
      "-",
      "[",
      "}",
      '"',
      "&",
      "*",
      "!",
      "|",
      "\n",
      "\0",
      "",
    );
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(3), signs, (at, gone, sign) => {
        const changed = text.slice(0, at) + sign + text.slice(at + gone);
        const outcome = parseScenario(changed, "yaml");
        expect(outcome.ok || outcome.problems.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
