export interface SourceModule {
  readonly name: string;
  readonly text: string;
}

/**
 * Joins modules into one script: a page opened from a file cannot import modules. They share one scope, so a name
 * may be declared at the top of one module only; imports and the word "export" are taken away. Throws when a module
 * imports one that does not stand before it.
 */
export function linkModules(modules: readonly SourceModule[]): string {
  const seen = new Set<string>();
  const parts = modules.map(({ name, text }) => {
    for (const [, imported = ""] of text.matchAll(/^import [^;]*? from "\.\/([^"]+)";$/gm)) {
      if (!seen.has(imported)) throw new Error(`${name} imports ${imported}, which comes later`);
    }
    seen.add(name);
    return text
      .replace(/^import [^;]*? from "[^"]+";$/gm, "")
      .replace(/^export (?=function |const |class )/gm, "")
      .replace(/\/\*\*[\s\S]*?\*\//g, "")
      .replace(/^\/\/ @ts-check$/gm, "")
      .replace(/\n\s*\n+/g, "\n")
      .trim();
  });
  return `"use strict";\n(() => {\n${parts.join("\n")}\n})();`;
}
