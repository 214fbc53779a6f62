import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { readRun } from "@breakwater/metrics";
import { parseScenario } from "@breakwater/scenario";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runMain } from "../testing/test-io.ts";

const BIN = fileURLToPath(new URL("../bin.ts", import.meta.url));

const SMALL = `name: small   # a comment that stays
duration: 1s
drain: 2s
services:
  shop:
    endpoints:
      view:
        steps:
          - call: stock
            policy: { timeout: 300ms }
          - work: 5ms        # measured by nobody yet
  stock:
    workers: 2
    endpoints:
      list: { steps: [{ work: { kind: exponential, mean: 2ms } }] }
load:
  users: { kind: open, to: shop, rate: 20 }
`;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "breakwater-cli-live-"));
  writeFileSync(join(folder, "small.yaml"), SMALL);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LATE = ["--max-lateness", "10000"];

test("--dry-run tells what would be started and broken, and starts nothing", async () => {
  const { code, out } = await runMain(["live", "outage", "--dry-run"], folder);
  expect(code).toBe(0);
  expect(out).toContain("homepage -> recommendations");
  expect(out).toContain("connections are refused");
});

test("a live run has the format of every result", async () => {
  const { code, out, err } = await runMain(["live", "small.yaml", "--json", ...LATE], folder);
  expect(code, err).toBe(0);
  const read = readRun(JSON.parse(out));
  if (!read.ok) throw new Error(read.problem);
  expect(read.result).toMatchObject({ mode: "live", name: "small", drained: true });
  expect(read.result.edges.map(({ name, calls }) => [name, calls > 5])).toEqual([
    ["users -> shop", true],
    ["shop -> stock", true],
  ]);
  expect(read.result.conservation.filter(({ balanced }) => !balanced)).toEqual([]);
});

test("what the machine cannot do is the environment's failure, and exits with 3", async () => {
  const { code, err } = await runMain(["live", "small.yaml", "--max-lateness", "0.000001"], folder);
  expect(code).toBe(3);
  expect(err).toContain("the load generator was late");
});

test("a command that does not start is told with what it printed", async () => {
  const mapping = `services:
  stock:
    live: { command: [${process.execPath}, -e, "console.log('no disk'); process.exit(4)"] }
`;
  writeFileSync(join(folder, "real.yaml"), mapping);
  const words = ["live", "small.yaml", "--with", "real.yaml", ...LATE];
  const { code, err } = await runMain(words, folder);
  expect(code).toBe(3);
  expect(err).toContain("stock ended by itself (exit code 4)");
  expect(err).toContain("no disk");
});

test("compare --live tells how far the model is off, and judges by the tolerance", async () => {
  const words = ["compare", "--live", "small.yaml", "--json", ...LATE];
  const strict = await runMain([...words, "--tolerance", "10"], folder);
  expect(strict.code, strict.err).toBe(0);
  const { rows } = JSON.parse(strict.out) as { rows: { metric: string; live: number | null }[] };
  expect(rows.map(({ metric }) => metric)).toContain("circuit openings");
});

test("--calibrate writes measured times into the file, and leaves the comments", async () => {
  const words = ["compare", "--live", "small.yaml", "--calibrate", "--for", "2", ...LATE];
  const { code, err } = await runMain(words, folder);
  expect(code, err).toBe(0);
  const text = readFileSync(join(folder, "small.yaml"), "utf8");
  expect(text).toContain("# a comment that stays");
  expect(text).not.toContain("- work: 5ms ");
  expect(parseScenario(text, "yaml").ok).toBe(true);
});

describe("a run that is broken off", () => {
  /** Starts an endless run with a paused service, and resolves when the pause is in force. */
  async function started(): Promise<ChildProcess> {
    const long = SMALL.replace("duration: 1s", "duration: 10min");
    writeFileSync(
      join(folder, "long.yaml"),
      `${long}faults: [{ kind: pause, service: stock, at: 0.2s }]\n`,
    );
    const tool = spawn(
      process.execPath,
      ["--conditions=breakwater-source", "--no-warnings", BIN, "live", "long.yaml", ...LATE],
      { cwd: folder, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, TMPDIR: folder } },
    );
    for await (const line of createInterface({ input: tool.stderr as NodeJS.ReadableStream })) {
      if (line.includes("applied: pause")) return tool;
    }
    throw new Error("the run ended before its fault");
  }

  test("kill -9 of the tool leaves no process, stopped or not, and no file", async () => {
    const tool = await started();
    const before = ofRun();
    expect(before.length).toBeGreaterThanOrEqual(3);
    await expect.poll(() => ofRun().some(({ state }) => state === "T")).toBe(true);
    tool.kill("SIGKILL");
    await expect.poll(ofRun, { timeout: 20_000 }).toEqual([]);
    const left = () => readdirSync(folder).filter((name) => name.startsWith("breakwater-live-"));
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
  }, 60_000);

  test("Ctrl-C heals and stops everything, and exits with 130", async () => {
    const tool = await started();
    tool.kill("SIGINT");
    const [code] = await once(tool, "exit");
    expect(code).toBe(130);
    await expect.poll(ofRun, { timeout: 10_000 }).toEqual([]);
  }, 60_000);

  /** Processes of the run in this test's folder, the tool itself left out, by what /proc tells. */
  function ofRun(): { readonly pid: number; readonly state: string }[] {
    return readdirSync("/proc").flatMap((name) => {
      const pid = Number(name);
      if (!Number.isInteger(pid) || pid === process.pid) return [];
      try {
        const environment = readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
        const marked = environment.some((entry) => entry.startsWith("BREAKWATER_LIVE_RUN="));
        if (!marked || !environment.includes(`TMPDIR=${folder}`)) return [];
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const state = stat.slice(stat.lastIndexOf(")") + 2)[0] ?? "";
        return [{ pid, state }];
      } catch {
        return [];
      }
    });
  }
});
