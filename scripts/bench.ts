// npm run bench [-- policies failures in-flight size homepage proxy simulator replications]: measures, judges, and writes docs/benchmarks.md.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { failures } from "../bench/failures.ts";
import { type Group, table, targetTable } from "../bench/group.ts";
import { runPairs } from "../bench/homepage/pairs.ts";
import { homepageTable, PAIR_COUNTS } from "../bench/homepage/table.ts";
import { inFlight } from "../bench/in-flight.ts";
import { policies } from "../bench/policies.ts";
import { PROXY_COUNTS, proxyTable } from "../bench/proxy.ts";
import { replicationsTable } from "../bench/replications.ts";
import { COUNTS, runGroup } from "../bench/run.ts";
import { homepageRounds } from "../bench/simulator/rounds.ts";
import { sizesTable } from "../bench/simulator/sizes.ts";
import { roundsTable } from "../bench/simulator/table.ts";
import { sizeTable } from "../bench/size.ts";
import { fillParts } from "./docs/marked.ts";

/** Processes for each library and scenario. */
const REPEATS = Number(process.env.BREAKWATER_BENCH_REPEATS ?? 3);
/** Machines are seldom quiet for long: many short rounds, and the median of each. */
const PROXY_REPEATS = 3 * REPEATS;
/** 250 requests in each. */
const SIMULATED_SECONDS = 400;
const PENDING = [100, 1000, 10_000, 100_000];
const REPLICATIONS = 40;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, "docs", "benchmarks.md");
const groups: Record<string, Group> = { policies, failures, "in-flight": inFlight };
const progress = (text: string): void => void process.stderr.write(`${text}\n`);
const others: Record<string, () => Promise<string>> = {
  size: () => sizeTable(root),
  homepage: async () => homepageTable(await runPairs(PAIR_COUNTS), PAIR_COUNTS),
  proxy: () => proxyTable(PROXY_COUNTS, PROXY_REPEATS, progress),
  replications: () => replicationsTable(REPLICATIONS, PROXY_REPEATS, progress),
  simulator: simulatorTables,
};
const known = [...Object.keys(groups), ...Object.keys(others)];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(
    `no benchmark is called ${unknown.join(", ")}; there are ${known.join(", ")}\n`,
  );
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : known) {
  const text = (await others[name]?.()) ?? (await measured(groups[name] as Group));
  process.stdout.write(`\n${name}\n\n${text}\n`);
  const before = readFileSync(page, "utf8");
  writeFileSync(
    page,
    fillParts(before, "bench", (part) => (part === name ? `\n${text}\n` : kept(before, part))),
  );
}

async function simulatorTables(): Promise<string> {
  const rounds = await homepageRounds(SIMULATED_SECONDS, REPEATS);
  for (const line of rounds.missing) progress(line);
  const stand = `Node ${process.versions.node}; rounds of each program, in turn, after one to grow warm: ${REPEATS}.`;
  const sizes = sizesTable({ pending: PENDING, services: 1000, repeats: REPEATS });
  return `${stand}\n\n${roundsTable(rounds)}\n\n${sizes}`;
}

async function measured(group: Group): Promise<string> {
  const results = await runGroup(group, COUNTS, REPEATS, progress);
  const stand = `Node ${process.versions.node}; processes for each number: ${REPEATS}.`;
  return `${stand}\n\n${table(group, results)}\n\n${targetTable(group.targets, results)}`;
}

/** The part as it stands: another benchmark was asked for. */
function kept(text: string, part: string): string {
  const begin = `<!-- bench:${part} -->\n`;
  const from = text.indexOf(begin) + begin.length;
  return text.slice(from, text.indexOf("\n<!-- end -->", from));
}
