import type { Problem } from "@breakwater/policy";
import { isMap, isScalar, Lexer, LineCounter, parseDocument, visit } from "yaml";

/** How often a document may refer back to an anchor; a few help, thousands are a bomb. */
const MOST_ALIASES = 100;

const DEEPEST = 100;

/** Words, signs, spaces and line ends: some 30,000 lines of an ordinary document. */
const MOST_TOKENS = 250_000;

export type YamlOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: Problem };

function refused(path: string, message: string, fix: string): YamlOutcome {
  const allowed = "YAML 1.2 with plain keys and values";
  return { ok: false, problem: { path, value: undefined, message, allowed, fix } };
}

function place(lines: LineCounter, offset: number | undefined): string {
  if (offset === undefined) return "";
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}

/** The first repeated key and its offset. The parser's own check compares every key with every other. */
function repeatedKey(document: ReturnType<typeof parseDocument>) {
  let found: { key: string; offset: number | undefined } | undefined;
  visit(document, {
    Map(_, map) {
      const keys = new Set<unknown>();
      for (const { key } of isMap(map) ? map.items : []) {
        const name = isScalar(key) ? key.value : key;
        if (keys.has(name)) {
          const offset = isScalar(key) ? key.range?.[0] : undefined;
          found = { key: String(name), offset };
          return visit.BREAK;
        }
        keys.add(name);
      }
      return undefined;
    },
  });
  return found;
}

/**
 * What would make the parser slow or deep, found by its lexer alone, which takes time in proportion to the text: the
 * parser looks up each alias among all anchors, keeps every error, and is recursive.
 */
function tooMuch(text: string): string | undefined {
  let tokens = 0;
  let references = 0;
  let depth = 0;
  let indicators = 0;
  for (const token of new Lexer().lex(text)) {
    const first = token[0] ?? "";
    const indicator = "-?:".includes(first) && token.length === 1;
    if (++tokens > MOST_TOKENS) return "the text has too many parts";
    if ("&*".includes(first) && ++references > MOST_ALIASES) return "there are too many aliases";
    if ("[{".includes(first)) depth++;
    if ("]}".includes(first)) depth--;
    // "- - - -" on one line nests as brackets do.
    if (first === "\n") indicators = 0;
    else if (indicator) indicators++;
    if (depth > DEEPEST || indicators > DEEPEST) return "the text is nested too deeply";
  }
  return undefined;
}

/** Reads YAML 1.2, core schema, with string keys, no repeated keys, no custom tags, few aliases. Never throws. */
export function readYaml(text: string): YamlOutcome {
  const excess = tooMuch(text);
  if (excess !== undefined) return refused("", excess, "make the document smaller and flatter");
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      version: "1.2",
      schema: "core",
      strict: true,
      stringKeys: true,
      uniqueKeys: false,
      resolveKnownTags: false,
      prettyErrors: false,
      lineCounter: lines,
      logLevel: "error",
    });
    const [wrong] = [...document.errors, ...document.warnings];
    if (wrong !== undefined) {
      const message = `the text is not valid YAML: ${wrong.message.split("\n")[0]}`;
      return refused(place(lines, wrong.pos[0]), message, "correct the text at this place");
    }
    const repeated = repeatedKey(document);
    if (repeated !== undefined) {
      const message = `the key ${JSON.stringify(repeated.key.slice(0, 40))} is there twice`;
      return refused(place(lines, repeated.offset), message, "remove or rename one of the two");
    }
    return { ok: true, value: document.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch (error) {
    const aliases = error instanceof ReferenceError;
    const message = aliases ? "aliases unfold to too much" : "the text is nested too deeply";
    return refused("", message, aliases ? "write it out without aliases" : "make it flatter");
  }
}
