import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { linkModules } from "./link.ts";
import type { PageData } from "./page-data.ts";

// The page's own files are shipped as sources: from dist/report and from src/report alike they are found here.
const PAGE = new URL("../../src/report/page/", import.meta.url);

/** The modules of the page's program, each after those that it imports. */
const MODULES = [
  "dom.js",
  "format.js",
  "columns.js",
  "figures.js",
  "summary.js",
  "chart.js",
  "figure.js",
  "timeline.js",
  "panels.js",
  "keyboard.js",
  "app.js",
  "start.js",
];

/** The page's style sheets, in the order in which they apply. */
const STYLES = ["tokens.css", "page.css", "tables.css", "timeline.css", "charts.css", "media.css"];

/** The page's program as one script. */
export function pageScript(): string {
  return linkModules(MODULES.map((name) => ({ name, text: pageFile(name) })));
}

export function pageFile(name: string): string {
  return readFileSync(new URL(name, PAGE), "utf8");
}

function fromUplot(name: string): string {
  const path = createRequire(import.meta.url).resolve(`uplot/dist/${name}`);
  return readFileSync(path, "utf8");
}

/** One HTML page with everything in it: it asks for nothing from the network, and its content policy lets it ask for nothing. */
export function renderPage(data: PageData): string {
  const scripts = [fromUplot("uPlot.iife.min.js"), pageScript()];
  const styles = [fromUplot("uPlot.min.css"), STYLES.map(pageFile).join("")];
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(contentHash).join(" ")}`,
    `style-src ${styles.map(contentHash).join(" ")}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const parts: Record<string, string> = {
    policy,
    title: escapeHtml(data.title),
    about: escapeHtml(data.about),
    styles: styles.map((text) => `<style>${text}</style>`).join("\n"),
    scripts: [
      `<script type="application/json" id="data">${embedJson(data)}</script>`,
      ...scripts.map((text) => `<script>${text}</script>`),
    ].join("\n"),
  };
  // In one pass, so that nothing in a part is taken for a place to fill.
  return pageFile("page.html").replace(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name] ?? "");
}

function contentHash(text: string): string {
  return `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** JSON that can stand in a script element: nothing in it ends the element or, for old parsers, the line. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}
