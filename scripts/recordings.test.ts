import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WALK } from "../systems/visits/src/walk/steps.ts";
import { root } from "./docs/pages.ts";
import { drawRecording, linesOf } from "./picture/recording.ts";
import { RECORDINGS } from "./recordings.ts";

const recorded = (name: string): string =>
  readFileSync(join(root, `docs/pictures/${name}.svg`), "utf8");

/** Throws at the first tag that is not closed where it must be, and at text that is no XML. */
function checkXml(text: string): void {
  const open: string[] = [];
  const rest = text.replace(
    /<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/gi,
    (_, end, name, __, self) => {
      if (end === "/") {
        const last = open.pop();
        if (last !== name) throw new Error(`</${name}> closes <${last}>`);
      } else if (self !== "/") open.push(name);
      return "";
    },
  );
  if (open.length > 0) throw new Error(`not closed: ${open.join(", ")}`);
  const wrong = /[<>]|&(?!(?:amp|lt|gt|quot);)/.exec(rest);
  if (wrong !== null) throw new Error(`no XML: ${rest.slice(wrong.index, wrong.index + 60)}`);
}

/** The texts of the lines in the picture, each put together again. */
function shownIn(svg: string): string[] {
  const rows = new Map<number, string>();
  const body = svg.slice(svg.indexOf('class="s"'));
  for (const [, y, text] of body.matchAll(/<text x="[\d.]+" y="([\d.]+)"[^>]*>([^<]*)<\/text>/g)) {
    const plain = (text ?? "").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    const row = Number(y);
    rows.set(
      row,
      `${rows.get(row) ?? ""} ${plain.replaceAll("&quot;", '"').replaceAll("&amp;", "&")}`,
    );
  }
  return [...rows].toSorted(([a], [b]) => a - b).map(([, text]) => text.trim());
}

test.each(Object.entries(RECORDINGS))(
  "the recording of %s is a whole picture, and says what it shows",
  (name, played) => {
    const svg = recorded(name);
    expect(() => checkXml(svg)).not.toThrow();
    expect(svg).toContain(`<title>${played.title}</title>`);
    expect(svg).toContain(`<desc>${played.description}</desc>`);
    expect(svg).toContain("@media (prefers-reduced-motion:reduce){.s,.c{animation:none}}");
    expect(svg.length).toBeLessThan(100_000);
    expect(svg).not.toMatch(/\/(tmp|home|root|work)\//);
  },
);

test("the recording of the walk has every step, in its order, and each showed what it must", () => {
  const shown = shownIn(recorded("walk"));
  expect(shown[0]).toBe(`$ ${RECORDINGS.walk?.command}`);
  const steps = shown.filter((line) => line.startsWith("# ") && !line.startsWith("# In "));
  expect(steps).toEqual(WALK.map(({ about }) => `# ${about}`));
  expect(shown.at(-1)).toBe("Every step showed what it must.");
});

test("the recording of the outage is one of real processes, which ends with a verdict", () => {
  const shown = shownIn(recorded("outage"));
  expect(shown[0]).toBe(`$ ${RECORDINGS.outage?.command}`);
  expect(shown.filter((line) => / is ready at http:/.test(line))).toHaveLength(4);
  expect(shown.join("\n")).toMatch(/applied: refused on recommendations[\s\S]*healed: refused/);
  expect(shown.join("\n")).toMatch(/✓ +share of calls answered/);
});

test("in the recording of the walk, who waits for a paused store waits 2 s", () => {
  const svg = recorded("walk");
  const [, seconds = ""] = /animation:s ([\d.]+)s/.exec(svg) ?? [];
  const waits = WALK.reduce(
    (sum, { forMs = 0, expect: { atLeastMs = 0 } = {} }) => sum + forMs + atLeastMs,
    0,
  );
  expect(Number(seconds) * 1000).toBeGreaterThan(waits);
  expect(svg).toMatch(/took 2\.0\d+ s/);
});

test("lines appear when they were whole, and the window follows", () => {
  const lines = linesOf([
    { atMs: 10, text: "one\ntw" },
    { atMs: 1010, text: "o\nthree\n" },
    { atMs: 2010, text: "four <&>\n" },
  ]);
  expect(lines.map(({ atMs, spans }) => [atMs, spans[0]?.text])).toEqual([
    [10, "one"],
    [1010, "two"],
    [1010, "three"],
    [2010, "four <&>"],
  ]);
  const svg = drawRecording({ title: "t", description: "d", lines, columns: 6, rows: 3 });
  expect(() => checkXml(svg)).not.toThrow();
  // Four lines of 19 in a window of three: one is above it at the end.
  expect(svg).toContain(".s{transform:translateY(-19px);animation:s 8.01s step-end infinite}");
  expect(svg).toContain(
    "@keyframes c{0%{transform:translateY(0px)}0.125%{transform:translateY(19px)}12.609%{transform:translateY(57px)}25.094%{transform:translateY(76px)}to{transform:translateY(76px)}}",
  );
  expect(shownIn(svg)).toEqual(["one", "two", "three", "four …"]);
});
