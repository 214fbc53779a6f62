import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "./install-lock.mjs";
import { isStamped, npmHasInstalled, writeStamp } from "./installed.mjs";
import { nodeProblem, runsTypeScript } from "./node-version.mjs";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "breakwater setup "));
  mkdirSync(join(root, "node_modules", "left-pad"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const writeJson = (name: string, value: unknown) =>
  writeFileSync(join(root, name), JSON.stringify(value));
const lockWith = (version: string) => ({ packages: { "node_modules/left-pad": { version } } });

test("Node 20 and newer will do, older ones are told so", () => {
  expect(nodeProblem("20.0.0")).toBeUndefined();
  expect(nodeProblem("26.1.0")).toBeUndefined();
  expect(nodeProblem("18.20.4")).toContain("Node 20 or newer, and this is Node 18.20.4");
});

test("TypeScript runs as it is from 22.18 and from 23.6 on", () => {
  const versions = ["20.20.2", "22.17.9", "22.18.0", "23.5.0", "23.6.0", "24.0.0"];
  expect(versions.map(runsTypeScript)).toEqual([false, false, true, false, true, true]);
});

test("a stamp holds until the lock file changes", () => {
  writeJson("package-lock.json", lockWith("1.0.0"));
  expect(isStamped(root)).toBe(false);
  writeStamp(root);
  expect(isStamped(root)).toBe(true);
  writeJson("package-lock.json", lockWith("1.0.1"));
  expect(isStamped(root)).toBe(false);
});

test("an install by hand counts when it is complete and of the right versions", () => {
  writeJson("package-lock.json", lockWith("1.0.0"));
  expect(npmHasInstalled(root)).toBe(false);
  writeJson("node_modules/.package-lock.json", lockWith("1.0.0"));
  expect(npmHasInstalled(root)).toBe(true);
  writeJson("package-lock.json", lockWith("1.0.1"));
  expect(npmHasInstalled(root)).toBe(false);
});

test("programs for other systems need not be there", () => {
  const other = { version: "1.0.0", optional: true };
  writeJson("package-lock.json", { packages: { "node_modules/other-system": other } });
  writeJson("node_modules/.package-lock.json", { packages: {} });
  expect(npmHasInstalled(root)).toBe(true);
});

test("only one process at a time holds the lock", async () => {
  const path = join(root, ".lock");
  const release = await takeLock(path, () => expect.unreachable("the lock is free"));
  let second = "waiting";
  let told = 0;
  const other = takeLock(path, () => {
    told += 1;
  }).then((done) => {
    second = "holds it";
    return done;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(second).toBe("waiting");
  release();
  (await other)();
  expect([second, told]).toEqual(["holds it", 1]);
  expect(readdirSync(root)).toEqual(["node_modules"]);
});

test("a lock whose holder has died is taken over", async () => {
  const path = join(root, ".lock");
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.on("exit", resolve));
  writeFileSync(path, String(child.pid));
  (await takeLock(path, () => {}))();
  expect(readdirSync(root)).toEqual(["node_modules"]);
});
