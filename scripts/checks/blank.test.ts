import fc from "fast-check";
import { expect, test } from "vitest";
import { blankOut } from "./blank.ts";

test("comments and the insides of strings are blanked, code stays in its place", () => {
  const source = 'a("Date"); // Date\nb(/* Date\n */ c)';
  expect(blankOut(source)).toBe('a("    ");        \nb(       \n    c)');
});

test("code in a template's substitution stays, its text goes, also when nested", () => {
  const source = "x(`Date ${Math.random({ a: `in ${deep} text` })} Date`)";
  const blanked = blankOut(source);
  expect(blanked).toContain("Math.random({ a: `");
  expect(blanked).toContain("deep");
  expect(blanked).not.toContain("Date");
  expect(blanked).not.toContain("text");
});

test("a quote inside a regular expression opens no string, and a division is no expression", () => {
  expect(blankOut(`f(/["'/]/g); Date`)).toContain("Date");
  expect(blankOut("a / b; Date.now() / c")).toBe("a / b; Date.now() / c");
});

test("an escaped quote does not end a string", () => {
  expect(blankOut(String.raw`"a\"Date" + b`)).toBe(`"${" ".repeat(7)}" + b`);
});

test("any text keeps its length and its lines", () => {
  const pieces = fc.constantFrom(
    '"',
    "'",
    "`",
    "/",
    "*",
    "\\",
    "${",
    "}",
    "{",
    "\n",
    "a",
    "[",
    "]",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      const source = parts.join("");
      const blanked = blankOut(source);
      expect(blanked.length).toBe(source.length);
      expect(blanked.split("\n").length).toBe(source.split("\n").length);
    }),
  );
});
