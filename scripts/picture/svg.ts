import type { Span, Style } from "./ansi.ts";

export const CELL_WIDTH = 8.4;
export const LINE_HEIGHT = 19;
export const FONT_SIZE = 14;
export const MARGIN = 18;
export const BAR_HEIGHT = 36;
export const BACKGROUND = "#0d1117";
const BAR = "#161b22";
export const TEXT = "#d0d7de";
export const FONTS =
  "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";

const escapeXml = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

/** At most two decimals, so that the same output gives the same bytes everywhere. */
export const number = (value: number): string => String(Math.round(value * 100) / 100);

const cells = (text: string): number => [...text].length;

/** Draws a window with a title and the lines in it. `columns` is the least width, in characters. */
export function drawTerminal(
  title: string,
  lines: readonly (readonly Span[])[],
  columns: number,
): string {
  const longest = lines.map((line) => cells(line.map((span) => span.text).join("")));
  const width = number(Math.max(columns, ...longest) * CELL_WIDTH + 2 * MARGIN);
  const height = number(BAR_HEIGHT + lines.length * LINE_HEIGHT + 2 * MARGIN - 4);
  return [
    ...frame(title, width, height),
    ...drawBar(title, width),
    `<g font-family="${FONTS}" font-size="${FONT_SIZE}" fill="${TEXT}" xml:space="preserve">`,
    ...lines.flatMap((line, row) => drawLine(line, BAR_HEIGHT + MARGIN + row * LINE_HEIGHT)),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** The beginning of a picture: its size, what it shows, its background. */
export function frame(
  title: string,
  width: string,
  height: string,
  description?: string,
): readonly string[] {
  const name = escapeXml(title);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">`,
    `<title>${name}</title>`,
    ...(description === undefined ? [] : [`<desc>${escapeXml(description)}</desc>`]),
    `<rect width="100%" height="100%" rx="10" fill="${BACKGROUND}"/>`,
  ];
}

/** The window's upper edge with its title. */
export function drawBar(title: string, width: string): readonly string[] {
  const dots = ["#ff5f57", "#febc2e", "#28c840"].map(
    (fill, at) => `<circle cx="${20 + at * 20}" cy="18" r="6" fill="${fill}"/>`,
  );
  return [
    `<path d="M0 ${BAR_HEIGHT}V10A10 10 0 0 1 10 0H${number(Number(width) - 10)}A10 10 0 0 1 ${width} 10V${BAR_HEIGHT}Z" fill="${BAR}"/>`,
    ...dots,
    `<text x="50%" y="23" font-family="${FONTS}" text-anchor="middle" font-size="13" fill="#8b949e">${escapeXml(title)}</text>`,
  ];
}

export function drawLine(line: readonly Span[], top: number): string[] {
  const drawn: string[] = [];
  let column = 0;
  for (const { text, style } of line) {
    const x = MARGIN + column * CELL_WIDTH;
    column += cells(text);
    const { color, background } = colors(style);
    if (background !== undefined) {
      const size = `width="${number(cells(text) * CELL_WIDTH)}" height="${LINE_HEIGHT}"`;
      drawn.push(`<rect x="${number(x)}" y="${number(top)}" ${size} fill="${background}"/>`);
    }
    drawn.push(...drawText(text, x, top + FONT_SIZE, style, color));
  }
  return drawn;
}

/**
 * Words are placed one by one, each with its exact length: fonts differ in the width of blocks
 * and lines, and columns must stay straight all the same.
 */
function drawText(
  text: string,
  left: number,
  baseline: number,
  style: Style,
  color: string | undefined,
): string[] {
  const look = [
    color === undefined ? "" : ` fill="${color}"`,
    style.bold ? ' font-weight="700"' : "",
    style.dim ? ' opacity="0.65"' : "",
    style.underline ? ' text-decoration="underline"' : "",
  ].join("");
  return [...text.matchAll(/\S+(?: \S+)*/g)].map((match) => {
    const x = number(left + cells(text.slice(0, match.index)) * CELL_WIDTH);
    const length = number(cells(match[0]) * CELL_WIDTH);
    return `<text x="${x}" y="${number(baseline)}" textLength="${length}"${look}>${escapeXml(match[0])}</text>`;
  });
}

function colors({ color, background, inverse }: Style): {
  readonly color: string | undefined;
  readonly background: string | undefined;
} {
  if (!inverse) return { color, background };
  return { color: background ?? BACKGROUND, background: color ?? TEXT };
}
