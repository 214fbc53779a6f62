import { expect, test } from "vitest";
import { paletteColor, parseAnsi } from "./ansi.ts";

const ESC = "\u001b[";

test("styles last until they are reset, also over lines", () => {
  expect(parseAnsi(`a${ESC}1mb\nc${ESC}0md`)).toEqual([
    [
      { text: "a", style: {} },
      { text: "b", style: { bold: true } },
    ],
    [
      { text: "c", style: { bold: true } },
      { text: "d", style: {} },
    ],
  ]);
});

test("codes in one sequence add up, and each has its own end", () => {
  const [line] = parseAnsi(`${ESC}1;2;4;31;42mx${ESC}22;24my${ESC}39;49mz`);
  expect(line).toEqual([
    {
      text: "x",
      style: { bold: true, dim: true, underline: true, color: "#ff7b72", background: "#56d364" },
    },
    { text: "y", style: { color: "#ff7b72", background: "#56d364" } },
    { text: "z", style: {} },
  ]);
});

test("an empty code is a reset", () => {
  expect(parseAnsi(`${ESC}1ma${ESC}mb`)[0]?.[1]).toEqual({ text: "b", style: {} });
});

test("bright, palette and true colours", () => {
  const color = (codes: string) => parseAnsi(`${ESC}${codes}mx`)[0]?.[0]?.style;
  expect(color("92")).toEqual({ color: paletteColor(10) });
  expect(color("38;5;208")).toEqual({ color: "#ff8700" });
  expect(color("48;5;240;1")).toEqual({ background: "#585858", bold: true });
  expect(color("38;2;1;2;255")).toEqual({ color: "#0102ff" });
});

test("the cube and the greys of the palette", () => {
  expect(paletteColor(16)).toBe("#000000");
  expect(paletteColor(231)).toBe("#ffffff");
  expect(paletteColor(232)).toBe("#080808");
  expect(paletteColor(255)).toBe("#eeeeee");
});

test("sequences that move the cursor, link or set a title are left out", () => {
  const output = `${ESC}2K${ESC}1Ga\u001b]8;;https://x.test\u0007b\u001b]8;;\u001b\\c\u001b]0;title\u0007\r\n${ESC}?25hd`;
  expect(parseAnsi(output).map((line) => line.map((span) => span.text).join(""))).toEqual([
    "abc",
    "d",
  ]);
});
