import { describe, expect, test } from "vitest";
import { chart, markRow, niceTop } from "./chart.ts";
import { circuitLane } from "./lane.ts";
import { resample, resampleToWidth } from "./resample.ts";
import { sparkline } from "./sparkline.ts";
import { visibleLength, wrap } from "./style.ts";
import { table } from "./table.ts";

const keep = (text: string) => text;

describe("resample", () => {
  test("means and maxima of the buckets that a column covers", () => {
    expect(resample([1, 3, 5, 9], 2, "mean")).toEqual([2, 7]);
    expect(resample([1, 3, 5, 9], 2, "max")).toEqual([3, 9]);
  });

  test("fewer buckets than columns are stretched over the whole width", () => {
    expect(resampleToWidth([1, 2], 4, "mean")).toEqual([1, 1, 2, 2]);
  });

  test("nothing stays nothing", () => {
    expect(resampleToWidth([], 10, "mean")).toEqual([]);
  });
});

describe("sparkline", () => {
  test("goes from the lowest to the highest bar, and shows nothing as a dot", () => {
    expect(sparkline([0, 1, 4, 8], 4)).toBe("·▁▄█");
  });

  test("a given top makes two lines comparable", () => {
    expect(sparkline([1, 2], 2, { top: 8 })).toBe("▁▂");
  });

  test("a series of zeros is dots", () => {
    expect(sparkline([0, 0, 0], 3)).toBe("···");
  });
});

describe("circuit lane", () => {
  const circuit = (open: number[], halfOpen: number[]) => ({
    breakers: 2,
    opened: 1,
    halfOpened: 1,
    closed: 1,
    openMs: 1,
    attemptsUntilAllOpen: -1,
    series: { open, halfOpen },
  });

  const none = { atMs: [], endMs: 1 };

  test("one glyph per state; some of several breakers open has its own", () => {
    expect(circuitLane(circuit([0, 1, 2, 2, 0], [0, 0, 0, 1, 0]), 5, none)).toBe("▁╱╳◐▁");
  });

  test("a short trial is not lost when several buckets share a column", () => {
    expect(circuitLane(circuit([2, 2, 2, 2], [0, 1, 0, 0]), 2, none)).toBe("◐╳");
  });

  test("a trial that is over before its bucket ends shows by its event", () => {
    const trials = { atMs: [2500], endMs: 4000 };
    expect(circuitLane(circuit([2, 2, 2, 2], [0, 0, 0, 0]), 4, trials)).toBe("╳╳◐╳");
  });
});

describe("chart", () => {
  const draw = (bars: number[], line: number[]) =>
    chart({
      bars,
      line,
      width: bars.length,
      height: 2,
      label: (value) => `${value}/s`,
      paintBar: keep,
      paintLine: keep,
    });

  test("bars up to the value, the line where it stands above them", () => {
    expect(draw([10, 5, 0], [10, 10, 10])).toEqual(["10/s ┤█╌╌", " 0/s ┤██ "]);
  });

  test("no load, no line", () => {
    expect(draw([0, 0], [0, 0])).toEqual(["1/s ┤  ", "0/s ┤  "]);
  });

  test("the axis ends in a number one can read", () => {
    expect([0, 0.7, 9, 11, 99, 1234].map(niceTop)).toEqual([1, 0.8, 10, 15, 100, 1500]);
  });

  test("marks cover their part of the time axis, at least one column", () => {
    expect(markRow({ startMs: 250, endMs: 500 }, 1000, 8, "━")).toBe("  ━━    ");
    expect(markRow({ startMs: 999, endMs: 1000 }, 1000, 8, "━")).toBe("       ━");
    expect(markRow({ startMs: 500, endMs: undefined }, 1000, 8, "━")).toBe("    ━━━━");
  });
});

describe("text", () => {
  test("colours do not count as width", () => {
    expect(visibleLength("\u001b[31mred\u001b[39m")).toBe(3);
  });

  test("wraps at spaces and keeps a word that is too long whole", () => {
    expect(wrap("one two incomprehensible three", 9)).toEqual([
      "one two",
      "incomprehensible",
      "three",
    ]);
  });

  test("columns are as wide as their widest cell", () => {
    const lines = table(
      [{ title: "run" }, { title: "calls", align: "right" }],
      [
        ["a", "1,000"],
        ["longer", "7"],
      ],
    );
    expect(lines).toEqual(["run     calls", "a       1,000", "longer      7"]);
  });
});
