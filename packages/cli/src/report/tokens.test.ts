import { describe, expect, test } from "vitest";
import { pageFile } from "./page.ts";

/** The colour tokens of both themes. The dark ones are the light ones with those that it sets anew. */
function themes(): Record<"light" | "dark", Map<string, string>> {
  const [light = "", dark = ""] = pageFile("tokens.css").split("@media");
  const read = (css: string) =>
    [...css.matchAll(/--([\w-]+): (#[0-9a-f]{6})(?:[0-9a-f]{2})?;/g)].map(
      ([, name = "", color = ""]) => [name, color] as const,
    );
  return { light: new Map(read(light)), dark: new Map([...read(light), ...read(dark)]) };
}

/** WCAG 2.2, relative luminance. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

// Colours that text is written in need 4.5 (WCAG 1.4.3); lines of charts and outlines need 3 (1.4.11).
const TEXT = ["text", "muted", "healthy", "failure"];
const GRAPHICS = [
  "goodput",
  "offered",
  "attempts",
  "warning",
  "short",
  "rejected",
  "baseline",
  "focus",
];

describe.each(["light", "dark"] as const)("%s theme", (name) => {
  const theme = themes()[name];
  const color = (token: string) => theme.get(token) ?? "";

  test.each(["background", "surface"])("text is readable on the %s", (ground) => {
    for (const token of TEXT) {
      expect(contrast(color(token), color(ground)), token).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("lines can be seen on the background", () => {
    for (const token of GRAPHICS) {
      expect(contrast(color(token), color("background")), token).toBeGreaterThanOrEqual(3);
    }
  });
});

test("contrast is computed as the standard says", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#0072b2", "#ffffff")).toBeCloseTo(5.19, 2);
});
