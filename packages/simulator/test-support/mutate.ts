/** Documents that are wrong in some way, made from right ones. */
import type { Chance } from "./chance.ts";

const JUNK: readonly unknown[] = [
  ...[null, true, false, -1, 0, 0.5, 1e308, -1e-9, 2 ** 53, "", " ", "1s", "-5ms", "5 parsecs"],
  ...["unlimited", "homepage", "__proto__", "constructor", "\u0000", "é".repeat(300)],
  ...[[], {}, [[[[]]]], { kind: "open" }, { kind: {} }, ["a", 1], "1e400s", "∞", "0x10", 1e21],
];

const SIGNS = ["\t", ":", "- ", "[", "]", "{", "}", '"', "'", "&a ", "*a", "!!", "|", "\n", "\0"];
const WORDS = ["#", "%", "@", "`", ",", "? ", "<<: ", "---\n", "...\n", "~", "\u2028", "\ud800"];

type Keys = Record<string, unknown>;

/** One to four changes of structure: something replaced, removed, misspelt, moved or doubled. */
export function mutated(document: unknown, chance: Chance): unknown {
  const root = { it: structuredClone(document) };
  for (let changes = chance.int(1, 4); changes > 0; changes--) changeOne(root, chance);
  return root.it;
}

function changeOne(root: { it: unknown }, chance: Chance): void {
  const nodes = [...nodesIn(root)];
  const node = chance.pick(nodes);
  const key = chance.pick(Object.keys(node));
  const value = node[key];
  switch (node === (root as Keys) ? 0 : chance.int(0, 8)) {
    case 5:
      delete node[key];
      break;
    case 6:
      node[`${key}${chance.pick(["x", "s", " ", ""])}`] = value;
      break;
    case 7:
      node[key] = chance.pick(nodes.slice(1)) ?? null;
      break;
    case 8:
      node[key] = [value, value];
      break;
    default:
      node[key] = chance.pick(JUNK);
  }
}

/** Objects and lists that have something in them, the outermost first. A node moved into itself is not entered again. */
function* nodesIn(value: unknown, above: readonly unknown[] = []): Generator<Keys> {
  if (typeof value !== "object" || value === null || above.includes(value)) return;
  if (Object.keys(value).length > 0) yield value as Keys;
  for (const inner of Object.values(value)) yield* nodesIn(inner, [...above, value]);
}

/** One to six changes of text: signs put in, pieces taken out, doubled or moved. */
export function garbled(text: string, chance: Chance): string {
  let changed = text;
  for (let changes = chance.int(1, 6); changes > 0; changes--) {
    const at = chance.int(0, changed.length);
    const piece = changed.slice(at, at + chance.int(0, 20));
    const put = chance.pick(["", "", piece + piece, ...SIGNS, ...WORDS]);
    changed = changed.slice(0, at) + put + changed.slice(at + (put === "" ? piece.length : 0));
  }
  return changed;
}

/** Block YAML of plain data. */
export function yamlText(value: unknown, indent = ""): string {
  if (typeof value !== "object" || value === null) return `${JSON.stringify(value) ?? "null"}\n`;
  const entries = Object.entries(value);
  if (entries.length === 0) return Array.isArray(value) ? "[]\n" : "{}\n";
  const lines = entries.map(([key, inner]) => {
    const nested = typeof inner === "object" && inner !== null && Object.keys(inner).length > 0;
    const rest = yamlText(inner, `${indent}  `);
    const head = Array.isArray(value) ? "-" : `${key}:`;
    return `${indent}${head}${nested ? `\n${rest}` : ` ${rest}`}`;
  });
  return lines.join("");
}
