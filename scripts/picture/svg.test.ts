import { expect, test } from "vitest";
import { drawTerminal } from "./svg.ts";
import { splitWords } from "./words.ts";

test("text is escaped, in the title too", () => {
  const svg = drawTerminal('a <b> & "c"', [[{ text: "x < 5 & y", style: {} }]], 20);
  expect(svg).toContain("<title>a &lt;b&gt; &amp; &quot;c&quot;</title>");
  expect(svg).toContain(">x &lt; 5 &amp; y</text>");
});

test("words keep their columns, whatever the font does", () => {
  const svg = drawTerminal("t", [[{ text: "▁▂  end", style: {} }]], 20);
  expect(svg).toContain('<text x="18" y="68" textLength="16.8">▁▂</text>');
  expect(svg).toContain('<text x="51.6" y="68" textLength="25.2">end</text>');
});

test("inverse swaps the colours and paints the cells", () => {
  const svg = drawTerminal("t", [[{ text: "on", style: { inverse: true, color: "#ff0000" } }]], 20);
  expect(svg).toContain('width="16.8" height="19" fill="#ff0000"/>');
  expect(svg).toContain('fill="#0d1117">on</text>');
});

test("the same lines give the same bytes", () => {
  const draw = () => drawTerminal("t", [[{ text: "a", style: { bold: true } }], []], 20);
  expect(draw()).toBe(draw());
});

test("quotes keep words together", () => {
  expect(splitWords(`breakwater run "a b" --set='x y'  z`)).toEqual([
    "breakwater",
    "run",
    "a b",
    "--set=x y",
    "z",
  ]);
});
