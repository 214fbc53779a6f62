/** How many bytes of a bundle the toolkit takes, minified and compressed, and parts of it. */
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

export interface Size {
  readonly what: string;
  readonly code: string;
  /** Undefined: only there to compare with. */
  readonly atMost: number | undefined;
}

/** The bounds: for everything together, and for one policy alone. */
const WHOLE = 12_000;
const ALONE = 3_000;

function core(what: string, names: string): Size {
  return { what, code: `export { policy, ${names} } from "breakwater/core";`, atMost: WHOLE };
}

function machine(names: string): Size {
  const code = `export { ${names} } from "@breakwater/policy";`;
  return { what: `Machine alone: \`${names}\``, code, atMost: ALONE };
}

export const SIZES: readonly Size[] = [
  { what: "`breakwater`, whole", code: 'export * from "breakwater";', atMost: WHOLE },
  {
    what: "`breakwater`, `policy` only",
    code: 'export { policy } from "breakwater";',
    atMost: WHOLE,
  },
  {
    what: "`breakwater/core`, whole: every part and the fast path, nothing checked",
    code: 'export * from "breakwater/core";',
    atMost: WHOLE,
  },
  core("`breakwater/core`, the full policy of these benchmarks", "retry, bulkhead, circuitBreaker"),
  core(
    "`breakwater/core`, the same with its fast path",
    "retry, bulkhead, circuitBreaker, fastPath",
  ),
  core("`breakwater/core`, deadline, retry with budget, timeout, fallback", "retry"),
  core("`breakwater/core`, circuit breaker, timeout, fallback", "circuitBreaker"),
  {
    what: "`breakwater/core`, deadline, timeout, fallback",
    code: 'export { policy } from "breakwater/core";',
    atMost: WHOLE,
  },
  ...[
    "CircuitBreaker",
    "ProbationBreaker",
    "Bulkhead",
    "ConcurrencyLimiter",
    "makeRateLimiter",
    "RetryBudget",
    "retryDelay",
    "Hedger",
    "ClientThrottle",
    "LoadShedder",
    "LoadShedder, makeLimitAlgorithm",
    "OutlierDetector",
    "AnswerCache",
  ].map(machine),
  ...["cockatiel", "mollitia"].map((name) => ({
    what: `To compare: ${name}, whole`,
    code: `export * from "${name}";`,
    atMost: undefined,
  })),
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
    const verdict = bytes <= (atMost ?? 0) ? "met" : "missed";
    const judged = atMost === undefined ? "- | |" : `${kilobytes(atMost)} | ${verdict} |`;
    lines.push(`| ${what} | ${kilobytes(bytes)} | ${judged}`);
  }
  return lines.join("\n");
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
