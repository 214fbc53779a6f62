import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const BIN = fileURLToPath(new URL("./bin.ts", import.meta.url));
const NODE_ARGS = ["--conditions=breakwater-source", BIN];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "breakwater-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(argv: readonly string[], env: Record<string, string> = {}) {
  const settings = { cwd: folder, encoding: "utf8", env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...NODE_ARGS, ...argv], settings);
  return { status, stdout, stderr };
}

describe("the command as a process", { timeout: 30_000 }, () => {
  test("the result is on stdout, in full, also through a pipe", () => {
    const { status, stdout, stderr } = run(["run", "outage", "--json"]);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout).format).toBe("breakwater-run/1");
    expect(status).toBe(0);
  });

  test("an error is on stderr, with exit code 2 and no warnings from Node", () => {
    const { status, stdout, stderr } = run(["run", "no-such-scenario"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^error: there is no scenario no-such-scenario;[^\n]*\n$/);
  });

  test("a reader who leaves early is no error", async () => {
    const child = spawn(process.execPath, [...NODE_ARGS, "compare", "homepage/ladder", "--json"], {
      cwd: folder,
    });
    let complaints = "";
    child.stderr.on("data", (chunk) => {
      complaints += String(chunk);
    });
    child.stdout.destroy();
    const [code] = await once(child, "exit");
    expect({ code, complaints }).toEqual({ code: 0, complaints: "" });
  });

  test.runIf(existsSync("/dev/full"))("a full disk is told, without a stack trace", () => {
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [...NODE_ARGS, "list"], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", full, "pipe"],
    });
    closeSync(full);
    expect(stderr).toBe("error: cannot write the result: the disk is full\n");
    expect(status).toBe(2);
  });

  test("Ctrl-C ends it at once, amid a long simulation", async () => {
    const argv = ["run", "performance", "--timeout", "1", "--duration", "86400"];
    const child = spawn(process.execPath, [...NODE_ARGS, ...argv], { cwd: folder });
    // The policies are shown right before the simulation begins.
    await once(child.stdout, "data");
    child.kill("SIGINT");
    const [code, signal] = await once(child, "exit");
    // What a shell reports as 130.
    expect({ code, signal }).toEqual({ code: null, signal: "SIGINT" });
  });
});
