/** How a stretch of terminal text looks. A colour is "#rrggbb", or left out for the default. */
export interface Style {
  readonly bold?: true;
  readonly dim?: true;
  readonly underline?: true;
  readonly inverse?: true;
  readonly color?: string;
  readonly background?: string;
}

/** A stretch of text in one style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** The 16 named colours, chosen to be readable on the picture's dark background. */
const NAMED = [
  "#484f58",
  "#ff7b72",
  "#56d364",
  "#e3b341",
  "#79c0ff",
  "#d2a8ff",
  "#76e3ea",
  "#d0d7de",
  "#8b949e",
  "#ffa198",
  "#7ee787",
  "#f2cc60",
  "#a5d6ff",
  "#e2c5ff",
  "#b3f0ff",
  "#ffffff",
] as const;

const hex = (...parts: number[]): string =>
  `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

/** A colour of the 256-colour palette: 16 named ones, a 6×6×6 cube, 24 greys. */
export function paletteColor(index: number): string {
  const named = NAMED[index];
  if (named !== undefined) return named;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return hex(grey, grey, grey);
  }
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const cell = index - 16;
  return hex(level(Math.floor(cell / 36)), level(Math.floor(cell / 6) % 6), level(cell % 6));
}

// What a terminal acts on and does not show. In order: colours and styles (captured), other
// control sequences, links and titles, short escapes, and the remaining control characters.
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
  /\x1b\[([\d;:]*)m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\x00-\x08\x0b-\x1f\x7f]/g;

/** Splits captured terminal output into lines of styled text. Unknown sequences are left out. */
export function parseAnsi(output: string): Span[][] {
  const lines: Span[][] = [[]];
  let style: Style = {};
  const add = (text: string): void => {
    for (const [index, part] of text.split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (part !== "") lines.at(-1)?.push({ text: part, style });
    }
  };
  const text = output.replaceAll("\r\n", "\n").replaceAll("\t", "    ");
  let from = 0;
  for (const match of text.matchAll(SEQUENCES)) {
    add(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[1] !== undefined) style = applyCodes(style, match[1].split(/[;:]/).map(Number));
  }
  add(text.slice(from));
  return lines;
}

function applyCodes(style: Style, codes: readonly number[]): Style {
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const [color, used] = extendedColor(codes.slice(at + 1));
      at += used;
      if (color !== undefined) next = { ...next, [code === 38 ? "color" : "background"]: color };
    } else {
      next = applyCode(next, code);
    }
  }
  return next;
}

/** The colour after 38 or 48: "5;n" of the palette, or "2;r;g;b"; and how many codes it took. */
function extendedColor(codes: readonly number[]): [color: string | undefined, used: number] {
  const [kind, first = 0, second = 0, third = 0] = codes;
  if (kind === 5) return [paletteColor(Math.min(first, 255)), 2];
  if (kind === 2) return [hex(...[first, second, third].map((part) => Math.min(part, 255))), 4];
  return [undefined, 0];
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 22) return without(style, "bold", "dim");
  if (code === 24) return without(style, "underline");
  if (code === 27) return without(style, "inverse");
  if (code === 39) return without(style, "color");
  if (code === 49) return without(style, "background");
  if (code >= 30 && code <= 37) return { ...style, color: paletteColor(code - 30) };
  if (code >= 90 && code <= 97) return { ...style, color: paletteColor(code - 82) };
  if (code >= 40 && code <= 47) return { ...style, background: paletteColor(code - 40) };
  if (code >= 100 && code <= 107) return { ...style, background: paletteColor(code - 92) };
  return style;
}

function without(style: Style, ...names: readonly (keyof Style)[]): Style {
  return Object.fromEntries(
    Object.entries(style).filter(([name]) => !names.includes(name as keyof Style)),
  );
}
