import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTextFile } from "../input/read-file.ts";
import { createFileWhole, FileExistsError, writeFileWhole } from "./write-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "breakwater-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("writing", () => {
  test("replaces a file and leaves nothing else behind", () => {
    writeFileWhole("a.txt", "one", folder);
    writeFileWhole("a.txt", "two", folder);
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("two");
    expect(readdirSync(folder)).toEqual(["a.txt"]);
  });

  test("a device is written to and stays a device", () => {
    // Through a link, so that a mistake here replaces the link and not the machine's device.
    symlinkSync("/dev/null", join(folder, "null"));
    writeFileWhole("null", "x", folder);
    expect(lstatSync(join(folder, "null")).isSymbolicLink()).toBe(true);
    expect(statSync(join(folder, "null")).isCharacterDevice()).toBe(true);
  });

  test("a link stays a link to the file that is replaced", () => {
    writeFileSync(join(folder, "real.txt"), "old");
    symlinkSync("real.txt", join(folder, "link.txt"));
    writeFileWhole("link.txt", "new", folder);
    expect(readFileSync(join(folder, "real.txt"), "utf8")).toBe("new");
    expect(lstatSync(join(folder, "link.txt")).isSymbolicLink()).toBe(true);
  });

  test("creating never replaces", () => {
    writeFileSync(join(folder, "a.txt"), "mine");
    expect(() => createFileWhole("a.txt", "new", folder)).toThrow(FileExistsError);
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("mine");
    expect(readdirSync(folder)).toEqual(["a.txt"]);
  });

  test("a folder that is not there, and one in the file's place, are told", () => {
    expect(() => writeFileWhole("no/such/a.txt", "x", folder)).toThrow("its folder does not exist");
    mkdirSync(join(folder, "taken"));
    expect(() => writeFileWhole("taken", "x", folder)).toThrow("it is a folder, not a file");
    expect(readdirSync(folder)).toEqual(["taken"]);
  });
});

describe("reading", () => {
  test("a folder, a missing file, a binary file and a long one are each told in one line", () => {
    writeFileSync(join(folder, "nul.yaml"), "a: \u0000");
    writeFileSync(join(folder, "binary.yaml"), Uint8Array.of(0xff, 0xfe, 0x80));
    writeFileSync(join(folder, "long.yaml"), "#".repeat(2000));
    expect(() => readTextFile(".", folder, 1000)).toThrow("is a folder");
    expect(() => readTextFile("none.yaml", folder, 1000)).toThrow("there is no such file");
    expect(() => readTextFile("nul.yaml", folder, 1000)).toThrow("not a text file");
    expect(() => readTextFile("binary.yaml", folder, 1000)).toThrow("not a text file");
    expect(() => readTextFile("long.yaml", folder, 1000)).toThrow("is too long");
  });

  test("a byte order mark is no part of the text", () => {
    writeFileSync(join(folder, "mark.yaml"), "\ufeffname: x");
    expect(readTextFile("mark.yaml", folder, 1000)).toBe("name: x");
  });
});
