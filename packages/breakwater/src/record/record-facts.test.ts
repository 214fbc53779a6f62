import { execFile } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { policy } from "../policy.ts";
import { recordFacts } from "./record-facts.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "breakwater-record-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  readonly format?: string;
  readonly edge?: string;
  readonly part?: number;
  readonly type?: string;
  readonly atMs?: number;
}

const read = (path: string): Line[] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

test("each fact is a line with the name of its edge and the time of the machine", async () => {
  const path = join(folder, "facts.ndjson");
  const mail = policy({
    circuitBreaker: { window: { kind: "consecutive", failures: 1 }, openFor: "1s" },
  });
  const recorder = recordFacts({ mail, stock: [policy({}), policy({})] }, path);
  const before = performance.timeOrigin + performance.now();
  await mail.runOutcome(() => Promise.reject(new Error("down")));
  expect(readFileSync(path, "utf8")).toBe("");
  recorder.flush();
  const lines = read(path);
  expect(lines[0]?.format).toBe("breakwater-facts/1");
  expect(lines.slice(1).map(({ edge, type }) => `${edge} ${type}`)).toEqual([
    "mail attemptStarted",
    "mail attemptEnded",
    "mail circuitOpened",
    "mail callEnded",
  ]);
  for (const { atMs } of lines.slice(1)) expect(Math.abs((atMs ?? 0) - before)).toBeLessThan(1000);
  recorder.stop();
});

test("says which of several policies of an edge it was, and stops when told", async () => {
  const path = join(folder, "facts.ndjson");
  const workers = [policy({}), policy({})];
  const recorder = recordFacts({ stock: workers }, path, { everyMs: 0 });
  await workers[1]?.run(() => 1);
  expect(read(path).at(-1)).toMatchObject({ edge: "stock", part: 1, type: "callEnded" });
  const written = read(path).length;
  recorder.stop();
  recorder.stop();
  await workers[1]?.run(() => 1);
  expect(read(path)).toHaveLength(written);
});

test("what waits is written when the process exits", async () => {
  const path = join(folder, "facts.ndjson");
  const source = fileURLToPath(new URL("../", import.meta.url));
  const script = `import { policy } from ${JSON.stringify(`${source}policy.ts`)};
    import { recordFacts } from ${JSON.stringify(`${source}record.ts`)};
    const only = policy({});
    recordFacts({ only }, ${JSON.stringify(path)}, { everyMs: 60000 });
    await only.run(() => 1);
    process.exit(0);`;
  await promisify(execFile)(process.execPath, [
    "--conditions=breakwater-source",
    "--input-type=module",
    "-e",
    script,
  ]);
  expect(read(path).map(({ type }) => type)).toContain("callEnded");
});

test("a call does not suffer from a file that cannot be written to", async () => {
  const file = openSync(join(folder, "closed"), "w");
  closeSync(file);
  const only = policy({});
  const recorder = recordFacts({ only }, file, { everyMs: 0 });
  expect(await only.run(() => 1)).toBe(1);
  expect(recorder.lost).toBeGreaterThan(0);
  recorder.stop();
});

test("a waiting time that is none is refused", () => {
  expect(() => recordFacts({}, join(folder, "x"), { everyMs: -1 })).toThrow("everyMs");
});
