import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Histogram, readRun } from "@breakwater/metrics";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runMain } from "../testing/test-io.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "breakwater-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...argv: string[]) => runMain(argv, folder);
const write = (name: string, data: string | Uint8Array) => writeFileSync(join(folder, name), data);

function line(second: number, request: string, status: number, seconds: number): string {
  const clock = [Math.floor(second / 60), second % 60].map((part) => String(part).padStart(2, "0"));
  const time = `21/Nov/2026:04:${clock.join(":")} +0000`;
  return `10.0.0.1 - - [${time}] "${request} HTTP/1.1" ${status} 10 "-" "curl" ${seconds.toFixed(3)}\n`;
}

/** 10 minutes: 2 calls per second of 20 ms to pages, 1 of 300 to 900 ms to orders, of which one in ten fails. */
function tenMinutes(): string {
  let text = "";
  for (let second = 0; second < 600; second++) {
    text += line(second, `GET /pages/${second}`, 200, 0.02).repeat(2);
    const failed = second % 10 === 0;
    text += line(second, "POST /orders", failed ? 500 : 200, 0.3 + (second % 7) / 10);
  }
  return text;
}

describe("ranking", () => {
  test.each([
    ["calls", "GET /pages/{id}"],
    ["latency", "POST /orders"],
    ["errors", "POST /orders"],
    ["time", "POST /orders"],
  ])("--by %s begins with %s", async (by, first) => {
    write("access.log", tenMinutes());
    const { code, out, err } = await run("usage", "access.log", "--by", by, "--plain");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const [titles = "", row = ""] = out.split("\n");
    expect(titles.split("\t")).toHaveLength(9);
    expect(row.split("\t")[0]).toBe(first);
  });

  test("--json has every number", async () => {
    write("access.log", tenMinutes());
    const { out } = await run("usage", "access.log", "--json");
    const usage = JSON.parse(out);
    expect(usage).toMatchObject({
      format: "breakwater-usage/1",
      from: "2026-11-21T04:00:00.000Z",
      to: "2026-11-21T04:09:59.000Z",
      seconds: 599,
      lines: { read: 1800, understood: { nginx: 1800 }, bad: 0, tooLong: 0, skipped: 0 },
    });
    const [pages, orders] = usage.endpoints;
    expect(pages).toMatchObject({ method: "GET", path: "/pages/{id}", calls: 1200, errors: 0 });
    expect(pages.latency.p99Ms).toBeCloseTo(20, 0);
    expect(orders).toMatchObject({ calls: 600, errors: 60, refused: 0 });
    expect(orders.latency.p95Ms / 900).toBeCloseTo(1, 1);
  });

  test("several logs are one, packed or not, and --top hides no sum", async () => {
    write("a.log", tenMinutes());
    write("b.log.gz", gzipSync(tenMinutes()));
    const { out } = await run("usage", "a.log", "b.log.gz", "--top", "1");
    expect(out).toContain("3,600 calls");
    expect(out).toContain("and 1 more: --top 2");
  });

  test("standard input is read, packed or not", () => {
    const bin = fileURLToPath(new URL("../bin.ts", import.meta.url));
    for (const input of [Buffer.from(tenMinutes()), gzipSync(tenMinutes())]) {
      const args = ["--conditions=breakwater-source", bin, "usage", "-", "--json"];
      const { stdout, stderr } = spawnSync(process.execPath, args, { input, encoding: "utf8" });
      expect(stderr).toBe("");
      expect(JSON.parse(stdout).lines.read).toBe(1800);
    }
  });
});

describe("what is no access log", () => {
  test("is counted and told, and the rest is read", async () => {
    write("access.log", `hello\n${line(0, "GET /", 200, 0.1)}\n\n${"x".repeat(70_000)}\nbye`);
    const { code, out, err } = await run("usage", "access.log");
    expect(code).toBe(0);
    expect(out).toContain("1 call in 0 ms");
    expect(err).toContain(
      "note: lines that are no access log: 2 of 4; the first is line 1 of access.log: hello",
    );
    expect(err).toContain("note: lines that are longer than 64 KB: 1");
  });

  test("a line of 10 MB is told without being kept", async () => {
    const long = "x".repeat(10 * 1024 * 1024);
    write("access.log", `${long}\n${line(0, "GET /", 200, 0.1)}`);
    const { out } = await run("usage", "access.log", "--json");
    expect(JSON.parse(out).lines).toMatchObject({ read: 2, tooLong: 1, understood: { nginx: 1 } });
  });

  test("nothing that a client sent reaches the terminal as a command to it", async () => {
    const hostile = "\u001b]0;owned\u0007\u001b[2J\u202e\u009b31m";
    const ours = { time: "2026-11-21T04:00:00Z", service: hostile, method: "GET", route: hostile };
    write(
      "access.log",
      `${hostile}\n${line(0, `GET /${hostile}`, 200, 0.1)}${JSON.stringify({ ...ours, status: 200, durationMs: 1 })}\n`,
    );
    for (const option of ["--no-color", "--plain", "--json"]) {
      const { out, err } = await run("usage", "access.log", option);
      expect(out).toContain("owned");
      for (const sign of "\u001b\u0007\u009b\u202e") expect(out + err).not.toContain(sign);
    }
  });

  test("packed data that stop early are told; damaged ones are an error", async () => {
    const packed = gzipSync(tenMinutes());
    write("cut.gz", packed.subarray(0, packed.length - 20));
    const { code, err } = await run("usage", "cut.gz");
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining("ends amid") });
    write("bad.gz", Buffer.concat([packed.subarray(0, 30), Buffer.alloc(500, 7)]));
    expect(await run("usage", "bad.gz")).toMatchObject({
      code: 2,
      err: expect.stringContaining("bad.gz holds damaged gzip data"),
    });
  });

  test.each([
    [["usage"], "usage needs a log"],
    [["usage", "none.log"], "cannot read none.log: there is no such file"],
    [["usage", "."], "cannot read .: it is a folder"],
    [["usage", "empty.log"], "empty.log: there is nothing in it"],
    [
      ["usage", "text.log"],
      "no line is an access log of nginx, haproxy, breakwater; the first is line 1 of text.log: hello",
    ],
    [["usage", "a.log", "--format", "haproxy"], "no line is an access log of haproxy"],
    [["usage", "a.log", "--format", "iis"], "--format iis: needs nginx, haproxy, breakwater"],
    [["usage", "a.log", "--by", "fame"], "--by fame: needs calls, latency, errors, time"],
    [["usage", "a.log", "--steps", "5"], "add --scenario FILE.yaml"],
    [["usage", "a.log", "--scenario", "out.json"], "must end in .yaml"],
    [["usage", "a.log", "--scenario", "o.yaml", "--steps", "5", "--duration", "5"], "leave out"],
    [["usage", "untimed.log", "--scenario", "o.yaml"], "end its log_format with $request_time"],
    [["usage", "one.log", "--scenario", "o.yaml"], "they have no rate"],
  ])("%j exits with 2 and says why", async (argv, message) => {
    write("empty.log", "");
    write("text.log", "hello\n");
    write("a.log", tenMinutes());
    write("one.log", line(0, "GET /", 200, 1));
    write("untimed.log", tenMinutes().replaceAll(/ \d\.\d{3}\n/g, "\n"));
    const { code, out, err } = await runMain(argv, folder);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });
});

describe("a scenario", () => {
  test("plays what was measured", async () => {
    write("access.log", tenMinutes());
    const written = await run("usage", "access.log", "--scenario", "out.yaml", "--duration", "600");
    expect(written).toMatchObject({ code: 0, err: "wrote out.yaml\n" });
    const { code, out } = await run("run", "out.yaml", "--json");
    expect(code).toBe(0);
    const read = readRun(JSON.parse(out));
    if (!read.ok) throw new Error(read.problem);
    const usage = JSON.parse((await run("usage", "access.log", "--json")).out);
    expect(read.result.edges).toHaveLength(2);
    for (const [index, edge] of read.result.edges.entries()) {
      const { calls, errors, latency } = usage.endpoints[index];
      expect(Math.abs(edge.calls / calls - 1)).toBeLessThan(0.1);
      expect(Math.abs(edge.outcomes.failed - errors)).toBeLessThan(25);
      const played = Histogram.fromData(edge.latency.answered);
      for (const percentile of [50, 95, 99]) {
        const measured = latency[`p${percentile}Ms`];
        expect(Math.abs((played.percentile(percentile) ?? 0) / measured - 1)).toBeLessThan(0.05);
      }
    }
  });

  test("follows the log's load in steps", async () => {
    const busy = Array.from({ length: 300 }, (_, i) => line(300 + i, "GET /", 200, 0.01).repeat(3));
    write("access.log", tenMinutes() + busy.join(""));
    await run("usage", "access.log", "--scenario", "out.yaml", "--steps", "2");
    const text = readFileSync(join(folder, "out.yaml"), "utf8");
    expect(text).toContain("duration: 599s");
    const factors = [...text.matchAll(/factor: (\S+)/g)].map(([, factor]) => Number(factor));
    expect(factors[0]).toBeCloseTo(2 / 3, 1);
    expect(factors[1]).toBeCloseTo(4 / 3, 1);
    expect((await run("run", "out.yaml", "--json")).code).toBe(0);
  });

  test("takes any names, and keeps the busiest endpoints apart", async () => {
    const names = ["constructor", "__proto__", "ä", "-", "a.b", "a-b", "a b"];
    const lines = names.map((name) => line(1, `GET /${encodeURI(name)}`, 200, 0.01));
    const many = Array.from({ length: 90 }, (_, i) =>
      line(2, `GET /x/${"abcdefghij"[i % 10]}${"klmnopqrs"[Math.floor(i / 10)]}`, 200, 0.01),
    );
    write("access.log", [line(0, "GET /x/y", 200, 0.01).repeat(20), ...lines, ...many].join(""));
    expect(await run("usage", "access.log", "--scenario", "out.yaml")).toMatchObject({ code: 0 });
    const { out } = await run("run", "out.yaml", "--json");
    const read = readRun(JSON.parse(out));
    if (!read.ok) throw new Error("the run cannot be read");
    expect(read.result.edges.length).toBe(50);
  });
});
