/** How many bytes of a bundle the toolkit takes, minified and compressed, and parts of it. */
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

export interface Size {
  readonly what: string;
  readonly code: string;
  readonly atMost: number;
}

export const SIZES: readonly Size[] = [
  {
    what: "The whole toolkit",
    code: 'export * from "breakwater";',
    atMost: 12_000,
  },
  {
    what: "`policy`, with every part",
    code: 'export { policy } from "breakwater";',
    atMost: 12_000,
  },
  {
    what: "One machine: `CircuitBreaker`",
    code: 'export { CircuitBreaker } from "@breakwater/policy";',
    atMost: 3_000,
  },
  {
    what: "One machine: `Bulkhead`",
    code: 'export { Bulkhead } from "@breakwater/policy";',
    atMost: 3_000,
  },
  {
    what: "One machine: `RetryBudget`",
    code: 'export { RetryBudget } from "@breakwater/policy";',
    atMost: 3_000,
  },
];

/** Bytes of a bundle of this code for a browser: minified, and compressed by gzip. */
export async function bundleSize(code: string, root: string): Promise<number> {
  const entry = "\0entry";
  const bundle = await rolldown({
    cwd: root,
    input: entry,
    platform: "browser",
    logLevel: "silent",
    resolve: { conditionNames: ["breakwater-source", "import", "default"] },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  return output.reduce((sum, part) => sum + ("code" in part ? gzipSync(part.code).length : 0), 0);
}

export async function sizeTable(root: string): Promise<string> {
  const lines = ["| | Min + gzip | At most | |", "|---|--:|--:|---|"];
  for (const { what, code, atMost } of SIZES) {
    const bytes = await bundleSize(code, root);
    const verdict = bytes <= atMost ? "met" : "missed";
    lines.push(`| ${what} | ${kilobytes(bytes)} | ${kilobytes(atMost)} | ${verdict} |`);
  }
  return lines.join("\n");
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
