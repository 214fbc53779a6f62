import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runMain } from "./testing/test-io.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "breakwater-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...argv: string[]) => runMain(argv, folder);
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

const SMALL = `name: small
duration: 5s
services:
  shop:
    workers: 2
    endpoints: { page: { steps: [{ work: 10ms }] } }
load:
  visitors: { kind: open, to: shop, rate: 20 }
`;
const MISSED = `${SMALL}objectives: [{ metric: latency, percentile: 50, atMost: 1ms }]\n`;
const ESCAPE = "\u001b";

describe("help", () => {
  test.each([[[]], [["--help"]], [["-h"]], [["help"]]])("%j begins with examples", async (argv) => {
    const { code, out } = await runMain(argv, folder);
    expect(code).toBe(0);
    expect(out.indexOf("Examples")).toBeLessThan(out.indexOf("Commands"));
    expect(out).toContain("breakwater run outage");
  });

  test("of a command names every option it has", async () => {
    const { code, out } = await run("help", "run");
    expect(code).toBe(0);
    for (const option of ["--seed", "--json", "--report", "--circuit-breakers", "--plain"]) {
      expect(out).toContain(option);
    }
    expect((await run("run", "--help")).out).toBe(out);
  });

  test("the version is that of the package", async () => {
    expect((await run("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("bad usage", () => {
  test.each([
    [["rnu", "outage"], "did you mean run?"],
    [["run", "outage", "--sed", "1"], "did you mean --seed?"],
    [["run", "outage", "--seed"], "--seed needs a value"],
    [["run", "outage", "--seed", "1.5"], "--seed 1.5: needs a whole number"],
    [["run", "outage", "--duration", "-1"], "--duration -1: needs a number above 0"],
    [["run", "outage", "--json=yes"], "--json takes no value"],
    [["run", "outage", "--timeout", "nan"], "--timeout nan: needs a number"],
    [["run", "outage", "--pace", "slow"], "--pace slow: needs fast or calibrated"],
    [["run", "outgae"], "there is no scenario outgae; did you mean"],
    [["run", "zzzzzz"], "see: breakwater list"],
    [["run"], "run needs a scenario"],
    [["run", "outage", "extra"], "extra is one word too many"],
    [["run", "retry-storm", "--retries"], "--retries is for the homepage scenarios only"],
    [["compare", "outage"], "compare needs two runs"],
    [["--json", "run"], "must stand after a command"],
    [["ladder", "--pace", "x"], "needs both, fast or calibrated"],
  ])("%j exits with 2 and one clear line", async (argv, message) => {
    const { code, out, err } = await runMain(argv, folder);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  test("several mistakes are told at once", async () => {
    const { err } = await run("run", "outage", "--sed", "1", "--jsno");
    expect(err.trimEnd().split("\n")).toHaveLength(2);
  });
});

describe("files that are no scenarios", () => {
  test.each([
    ["missing.yaml", undefined, "there is no such file"],
    ["binary.yaml", "a\u0000b", "not a text file"],
    ["broken.json", "{", "not valid JSON"],
    ["broken.yaml", "a: [1", "not valid YAML"],
    ["bomb.yaml", bomb(), "aliases"],
    ["long.yaml", "#".repeat(10 * 1024 * 1024), "too long"],
    ["list.yaml", "- 1\n", "list.yaml:"],
    ["notes.txt", "x", "the name of a scenario file ends in"],
    ["result.json", '{"format":"breakwater-run/1"}', "result.json"],
    ["none.ts", "export const other = 1;", "exports no scenario"],
    ["broken.ts", "export const = ;", "cannot be loaded as a module"],
  ])("%s", async (name, text, message) => {
    if (text !== undefined) write(name, text);
    const { code, out, err } = await run("run", name);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test("a folder", async () => {
    mkdirSync(join(folder, "folder.yaml"));
    expect((await run("run", "folder.yaml")).err).toContain("is a folder, not a file");
  });

  test("every problem of a scenario is told, each with a fix", async () => {
    write(
      "wrong.yaml",
      SMALL.replace("rate: 20", "rate: -1").replace("duration: 5s", "duraton: 5s"),
    );
    const { code, err } = await run("run", "wrong.yaml");
    expect(code).toBe(2);
    expect(err).toContain("load.visitors.rate");
    expect(err).toContain("duration");
    for (const line of err.trimEnd().split("\n"))
      expect(line).toMatch(/^error: wrong\.yaml: .*Fix: /);
  });
});

function bomb(): string {
  const rows = Array.from({ length: 12 }, (_, level) => {
    const items =
      level === 0
        ? "x"
        : Array(10)
            .fill(`*a${level - 1}`)
            .join(",");
    return `a${level}: &a${level} [${items}]`;
  });
  return rows.join("\n");
}

describe("run", () => {
  test("reports a file for readers, verdict first, and exits with 1 when an objective is missed", async () => {
    write("missed.yaml", MISSED);
    const { code, out, err } = await run("run", "missed.yaml");
    expect({ code, err }).toEqual({ code: 1, err: "" });
    const lines = out.split("\n");
    expect(lines[2]).toContain("✗");
    expect(out).toMatch(/offered \d+ = \d+ ok \+ 0 in flight ✓/);
    expect(lines.length).toBeLessThan(34);
  });

  test("no objectives are no failure", async () => {
    write("small.yaml", SMALL);
    expect((await run("run", "small.yaml")).code).toBe(0);
    expect((await run("run", "small.yaml", "--quiet")).out).toBe("small: no objectives\n");
  });

  test("the same seed gives the same bytes, another seed others", async () => {
    write("small.yaml", SMALL);
    const [first, second, other] = [
      await run("run", "small.yaml", "--json"),
      await run("run", "small.yaml", "--json"),
      await run("run", "small.yaml", "--json", "--seed", "2"),
    ];
    expect(second.out).toBe(first.out);
    expect(other.out).not.toBe(first.out);
    expect(JSON.parse(other.out)).toMatchObject({ format: "breakwater-run/1", seed: 2 });
  });

  test("a module and JSON mean the same as YAML", async () => {
    write("small.yaml", SMALL);
    const document = {
      name: "small",
      duration: "5s",
      services: { shop: { workers: 2, endpoints: { page: { steps: [{ work: "10ms" }] } } } },
      load: { visitors: { kind: "open", to: "shop", rate: 20 } },
    };
    write("small.json", JSON.stringify(document));
    write("small.mjs", `export const scenario = ${JSON.stringify(document)};`);
    const yaml = await run("run", "small.yaml", "--json");
    expect((await run("run", "small.json", "--json")).out).toBe(yaml.out);
    expect((await run("run", "small.mjs", "--json")).out).toBe(yaml.out);
  });

  test("--duration changes how long the load plays", async () => {
    write("small.yaml", SMALL);
    const { out } = await run("run", "small.yaml", "--duration", "1.5", "--json");
    expect(JSON.parse(out).durationMs).toBe(1500);
  });

  test("colours only at a terminal that wants them", async () => {
    write("small.yaml", SMALL);
    const argv = ["run", "small.yaml"];
    const terminal = { isTerminal: true };
    expect((await runMain(argv, folder, terminal)).out).toContain(ESCAPE);
    expect((await runMain(argv, folder, {})).out).not.toContain(ESCAPE);
    const refused = { ...terminal, env: { NO_COLOR: "1" } };
    expect((await runMain(argv, folder, refused)).out).not.toContain(ESCAPE);
    expect((await runMain([...argv, "--no-color"], folder, terminal)).out).not.toContain(ESCAPE);
  });

  test("--plain draws nothing: names, tabs and values", async () => {
    write("small.yaml", SMALL);
    const { out } = await runMain(["run", "small.yaml", "--plain"], folder, { isTerminal: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the tab is the separator that is promised
    expect(out).toMatch(/^([\x09\x20-\x7e]+\n)+$/);
    expect(out).toContain("scenario\tsmall\n");
  });

  test("homepage flags make policies, shown as YAML before the run", async () => {
    const flags = ["--timeout", "1", "--circuit-breakers", "--retries", "--pace", "fast"];
    const { out, err } = await run("run", "performance", ...flags, "--duration", "2");
    expect(err).toBe("");
    expect(out.indexOf("timeout: 1s")).toBeGreaterThan(0);
    expect(out.indexOf("timeout: 1s")).toBeLessThan(out.indexOf("simulated"));
    expect(out).toContain("attempts: 4");
    const json = await run("run", "performance", ...flags, "--duration", "2", "--json");
    expect(json.err).toContain("timeout: 1s");
    expect(JSON.parse(json.out).durationMs).toBe(2000);
  });

  test("-o writes the result and --report the page, and both say so on stderr", async () => {
    write("small.yaml", SMALL);
    const { out, err } = await run(
      "run",
      "small.yaml",
      "--json",
      "-o",
      "r.json",
      "--report",
      "r.html",
    );
    expect(out).toBe("");
    expect(err).toContain("wrote r.json");
    expect(err).toMatch(/report file:\/\/.*r\.html/);
    expect(JSON.parse(readFileSync(join(folder, "r.json"), "utf8")).name).toBe("small");
    expect(readFileSync(join(folder, "r.html"), "utf8")).toContain("<title>small</title>");
  });

  test("a place that cannot be written to is told", async () => {
    write("small.yaml", SMALL);
    const { code, err } = await run("run", "small.yaml", "--report", "no/where.html");
    expect(code).toBe(2);
    expect(err).toContain("cannot write no/where.html: its folder does not exist");
  });
});

test("an unexpected error is owned up to, with details only on demand", async () => {
  const broken = () => {
    throw new Error("the clock broke");
  };
  write("small.yaml", SMALL);
  const { code, out, err } = await runMain(["run", "small.yaml"], folder, { now: broken });
  expect({ code, out }).toEqual({ code: 70, out: "" });
  expect(err).toContain("error: the clock broke\nThis is a bug in Breakwater");
  expect(err).not.toMatch(/\n\s+at /);
  const debug = { now: broken, env: { BREAKWATER_DEBUG: "1" } };
  expect((await runMain(["run", "small.yaml"], folder, debug)).err).toMatch(/\n\s+at /);
});

describe("compare", () => {
  test("a kept result against a scenario", async () => {
    write("a.yaml", SMALL);
    write("b.yaml", SMALL.replace("10ms", "80ms"));
    await run("run", "a.yaml", "--json", "-o", "a.json");
    const { code, out } = await run("compare", "a.json", "b.yaml");
    expect(code).toBe(0);
    expect(out).toContain("b.yaml against a.json");
    expect(out).toMatch(/p50 .*▼ worse/);
    expect((await run("compare", "a.json", "a.yaml")).out).not.toMatch(/better|worse/);
  });

  test("texts in a scenario cannot command the terminal either", async () => {
    write("evil.yaml", SMALL.replace("name: small", 'name: "\\e[2Jevil\\nline"'));
    const { code, out } = await run("run", "evil.yaml");
    expect(code).toBe(0);
    expect(out).not.toContain(ESCAPE);
    expect(out).toContain("[2Jevil line · simulated");
  });

  test("texts in a result cannot command the terminal", async () => {
    write("a.yaml", SMALL);
    const { out } = await run("run", "a.yaml", "--json");
    const result = { ...JSON.parse(out), name: `${ESCAPE}[2Jevil`, engine: `${ESCAPE}]0;x\u0007` };
    write("evil.json", JSON.stringify(result));
    const compared = await run("compare", "evil.json", "a.yaml", "--report", "r.html");
    expect(compared.out + compared.err).not.toContain(ESCAPE);
  });

  test("a collection is compared with its first", async () => {
    const { out } = await run("compare", "homepage/ladder", "--json");
    const comparisons = JSON.parse(out);
    expect(comparisons.length).toBeGreaterThan(9);
    expect(comparisons[0].a).toBe("baseline");
  });

  test("a result that is not whole is told", async () => {
    write("a.yaml", SMALL);
    write("half.json", '{"format":"breakwater-run/1","mode":"simulated"}');
    const { code, err } = await run("compare", "half.json", "a.yaml");
    expect(code).toBe(2);
    expect(err).toContain("half.json:");
  });
});

describe("init", () => {
  test("writes a scenario that runs, and never over a file", async () => {
    const first = await run("init");
    expect(first.code).toBe(0);
    expect(first.out).toContain("Next: breakwater run outage.yaml");
    expect((await run("run", "outage.yaml")).code).toBeLessThan(2);
    write("outage.yaml", "mine");
    const second = await run("init");
    expect(second.code).toBe(2);
    expect(second.err).toContain("was left as it is");
    expect(readFileSync(join(folder, "outage.yaml"), "utf8")).toBe("mine");
    expect((await run("init", "--force")).code).toBe(0);
    expect(readFileSync(join(folder, "outage.yaml"), "utf8")).not.toBe("mine");
  });

  test("refuses a name that would not be read again", async () => {
    expect((await run("init", "outage.txt")).err).toContain("must end in .yaml");
    expect(existsSync(join(folder, "outage.txt"))).toBe(false);
  });
});

describe("list and schema", () => {
  test("every name that list prints runs", async () => {
    const names = JSON.parse((await run("list", "--json")).out).map(
      (entry: { name: string }) => entry.name,
    );
    const { out } = await run("list", "--plain");
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t")[0]),
    ).toEqual(names);
    expect(names).toContain("homepage/outage");
  });

  test("the schema is JSON Schema", async () => {
    expect(JSON.parse((await run("schema")).out).$schema).toContain("json-schema.org");
  });
});

describe("ladder", () => {
  test("one table for all runs, and where the page was written", async () => {
    const { code, out, err } = await run("ladder", "--pace", "calibrated");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("slow, 0.5 s timeout, circuit breakers");
    expect(out).toMatch(/Graphs: file:\/\/.*breakwater-report\.html/);
    expect(
      Math.max(
        ...out
          .split("\n")
          .slice(0, -2)
          .map((line) => line.length),
      ),
    ).toBeLessThan(101);
    expect(existsSync(join(folder, "breakwater-report.html"))).toBe(true);
  });

  test("fits 80 columns", async () => {
    const { out } = await runMain(["ladder", "--pace", "calibrated"], folder, { columns: 80 });
    const lines = out.split("\n").filter((line) => !line.includes("Graphs:"));
    for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(80);
  });

  test("as JSON, without a page", async () => {
    const rows = JSON.parse((await run("ladder", "--json", "--pace", "calibrated")).out);
    expect(rows[0]).toMatchObject({ name: "baseline", pace: "calibrated" });
    expect(existsSync(join(folder, "breakwater-report.html"))).toBe(false);
  });
});
