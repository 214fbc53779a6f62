import { readdirSync } from "node:fs";
import { formatCount, formatFactor, formatMs, formatRate } from "@breakwater/metrics";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linkModules } from "./link.ts";
import { embedJson, escapeHtml, pageFile, pageScript, renderPage } from "./page.ts";

const EMPTY = { title: "t", about: "a", runs: [], shown: 0, baseline: null, differences: [] };

describe("the page's program", () => {
  test("is one script that parses, without modules left in it", () => {
    const script = pageScript();
    expect(() => new Function(script)).not.toThrow();
    expect(script).not.toMatch(/^\s*(import|export) /m);
  });

  test("has every module of the folder in it", () => {
    const folder = new URL("./page/", import.meta.url);
    const script = pageScript();
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".js"))) {
      const [, declared] = /^export (?:function|const) (\w+)/m.exec(pageFile(name)) ?? [];
      if (declared) expect(script, name).toContain(declared);
    }
  });

  test("a module that imports a later one is refused", () => {
    const modules = [
      { name: "a.js", text: 'import { b } from "./b.js";\n' },
      { name: "b.js", text: "export const b = 1;\n" },
    ];
    expect(() => linkModules(modules)).toThrow("a.js imports b.js");
  });
});

describe("what is embedded", () => {
  test("no text can end the script element, and the JSON means the same", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, text) => {
        const given = { value, text: `${text}</script><!--\u2028\u2029` };
        const embedded = embedJson(given);
        expect(embedded).not.toMatch(/[<\u2028\u2029]/);
        expect(JSON.parse(embedded)).toEqual(JSON.parse(JSON.stringify(given)));
      }),
    );
  });

  test("markup in a name is text", () => {
    expect(escapeHtml(`<b title="x">&'`)).toBe("&lt;b title=&quot;x&quot;&gt;&amp;&#39;");
    const page = renderPage({ ...EMPTY, title: "<img src=x onerror=alert(1)>", about: "$& $1" });
    expect(page).not.toContain("<img");
    expect(page).toContain("$&amp; $1");
  });

  test("the page names no address to load anything from, and its policy forbids it", () => {
    const page = renderPage(EMPTY);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/(src|href)=["']?(https?:)?\/\//);
  });
});

describe("numbers in the page", () => {
  test("read exactly like those of the terminal", () => {
    const source = pageFile("format.js").replace(/^export /gm, "");
    const page = new Function(`${source}\nreturn { formatCount, formatMs, withUnit };`)();
    const values = fc.oneof(
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      fc.constantFrom(0, 0.5, 999.4, 999.6, 1000, 59_999, 60_000, 3_600_000, 9.995),
    );
    fc.assert(
      fc.property(values, (value) => {
        expect(page.formatMs(value)).toBe(formatMs(value));
        expect(page.formatCount(value)).toBe(formatCount(value));
        expect(page.withUnit(value, "perSecond")).toBe(formatRate(value));
        expect(page.withUnit(value, "times")).toBe(formatFactor(value));
      }),
    );
  });
});
