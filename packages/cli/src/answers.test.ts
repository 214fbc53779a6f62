import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
const json = async (...argv: string[]) => JSON.parse((await run(...argv, "--json")).out);

const scenario = (timeout: string, bound = "") => `name: shop
duration: 10s
seed: 5
services:
  shop: { endpoints: { page: { steps: [{ call: stock, policy: careful }] } } }
  stock:
    workers: 2
    endpoints: { item: { steps: [{ work: { kind: exponential, mean: 8ms } }] } }
policies:
  careful:
    idempotent: true
    timeout: ${timeout}
    retry: { attempts: 2, backoff: { kind: constant, base: 10ms, jitter: none } }
load:
  visitors: { kind: open, to: shop, rate: 40 }
faults:
  - { kind: latency, service: stock, at: 3s, for: 2s, add: 100ms }
objectives:
  - { metric: successRate, atLeast: 0.95 }
${bound}`;

describe("run --replications", { timeout: 60_000 }, () => {
  test("is the same with one thread as with two, and its first run is that of the scenario", async () => {
    write("a.yaml", scenario("150ms"));
    const one = await run("run", "a.yaml", "--replications", "6", "--workers", "1", "--json");
    const two = await run("run", "a.yaml", "--replications", "6", "--workers", "2", "--json");
    expect(two.out).toBe(one.out);
    const { runs, metrics, done, latency } = JSON.parse(one.out);
    expect(done).toBe(6);
    expect(new Set(runs.map(({ seed }: { seed: number }) => seed)).size).toBe(6);
    const single = await json("run", "a.yaml");
    expect(runs[0].seed).toBe(5);
    expect(runs[0].numbers.goodput).toBe(single.summary.goodput);
    const again = await json("run", "a.yaml", "--seed", String(runs[3].seed));
    expect(runs[3].numbers.p99).toBe(again.summary.p99Ms);
    const offered = metrics.find(({ metric }: { metric: string }) => metric === "offered");
    expect(latency.all.histogram.count).toBe(offered.mean * 6);
  });

  test("a bound on the probability of collapse decides the exit code", async () => {
    const bound = (share: number) => `  - { metric: collapseProbability, atMost: ${share} }\n`;
    write("never.yaml", scenario("60ms", bound(0)));
    write("always.yaml", scenario("60ms", bound(1)));
    const never = await run("run", "never.yaml", "--replications", "4", "--quiet");
    expect(never.out).toContain("shop: missed: share of calls answered at least 95 %");
    expect(never.out).toContain("probability of collapse at most 0 % (100 %)");
    expect(never.code).toBe(1);
    expect((await run("run", "always.yaml", "--replications", "4", "-q")).code).toBe(0);
  });

  test("tells odds and intervals, for people and for scripts", async () => {
    write("a.yaml", scenario("150ms"));
    const { out } = await run("run", "a.yaml", "--replications", "3");
    expect(out).toMatch(/how likely +of runs +95 % interval +runs/);
    expect(out).toMatch(/goodput .* to .*\/s/);
    expect(out).toContain("Little's law holds in 3 runs");
    const plain = await run("run", "a.yaml", "--replications", "3", "--plain");
    expect(plain.out).toMatch(/^probability\tcollapse\t/m);
  });

  test("what is done counts when somebody interrupts", async () => {
    write("a.yaml", scenario("150ms").replace("duration: 10s", "duration: 200s"));
    let interrupt = () => {};
    const onInterrupt = (handler: () => void) => {
      interrupt = handler;
      return () => {};
    };
    let done = 0;
    const now = () => {
      // Asked for the time after each run.
      if (++done === 5) setTimeout(() => interrupt(), 0);
      return done * 10_000;
    };
    const { code, out } = await runMain(
      ["run", "a.yaml", "--replications", "1000", "--workers", "1", "--json"],
      folder,
      { onInterrupt, now },
    );
    expect(code).toBe(130);
    const result = JSON.parse(out);
    expect(result.asked).toBe(1000);
    expect(result.done).toBeGreaterThan(0);
    expect(result.done).toBeLessThan(1000);
    expect(result.runs).toHaveLength(result.done);
  });

  test("says on stderr how long the rest will take", async () => {
    write("a.yaml", scenario("150ms"));
    let clockMs = 0;
    const now = () => (clockMs += 6000);
    const argv = ["run", "a.yaml", "--replications", "3", "--workers", "1", "-q"];
    const { err } = await runMain(argv, folder, { now });
    expect(err).toBe("1 of 3 runs, 12 s left\n2 of 3 runs, 6 s left\n");
  });

  test("refuses what makes no sense", async () => {
    write("a.yaml", scenario("150ms"));
    const none = await run("run", "a.yaml", "--replications", "0");
    expect(none.err).toContain("--replications 0: needs a whole number from 1");
    const page = await run("run", "a.yaml", "--replications", "2", "--report", "r.html");
    expect(page.err).toContain("leave out --replications");
  });
});

describe("compare --replications", { timeout: 60_000 }, () => {
  test("pairs runs with the same luck", async () => {
    write("a.yaml", scenario("150ms"));
    write("b.yaml", scenario("20ms").replace("seed: 5", "seed: 6"));
    const { comparisons, replications } = await json(
      "compare",
      "a.yaml",
      "b.yaml",
      "--replications",
      "4",
    );
    const [seedsA, seedsB] = replications.map((each: { runs: { seed: number }[] }) =>
      each.runs.map(({ seed }) => seed),
    );
    expect(seedsB).toEqual(seedsA);
    const row = (metric: string) =>
      comparisons[0].rows.find((each: { metric: string }) => each.metric === metric);
    expect(comparisons[0].pairs).toBe(4);
    // The same customers come, whatever the timeout.
    expect(row("offered")).toMatchObject({ change: "same", difference: { mean: 0, high: 0 } });
    expect(row("success rate").change).toBe("worse");
    const { out } = await run("compare", "a.yaml", "b.yaml", "--replications", "4");
    expect(out).toMatch(/success rate .*points to .*points .*▼ worse/);
  });
});

describe("answers", () => {
  test("run tells them, and holds Little's law against every service", async () => {
    write("a.yaml", scenario("60ms"));
    const { answers } = await json("run", "a.yaml");
    expect(answers.detections[0]).toMatchObject({ faultStartMs: 3000, detectMs: null });
    expect(answers.little.map(({ service }: { service: string }) => service)).toEqual([
      "shop",
      "stock",
    ]);
    expect(answers.little.every(({ holds }: { holds: boolean }) => holds)).toBe(true);
    const causes = answers.wastedBy.map(({ cause }: { cause: string }) => cause);
    expect(causes.toSorted()).toEqual(["retry", "timeout"]);
    const { out } = await run("run", "a.yaml");
    expect(out).toMatch(/detect +first failures .* after latency on stock began/);
    expect(out).toMatch(/wasted +.* of busy time by retries that timed out on shop → stock/);
    expect(out).toMatch(/requests present = rate x stay: .* ✓/);
  });

  test("explain tells how it spread, with times", async () => {
    write("a.yaml", scenario("60ms"));
    const { chain } = await json("explain", "a.yaml");
    expect(chain[0]).toMatchObject({ atMs: 3000, because: null });
    expect(chain.length).toBeGreaterThan(2);
    for (const { atMs, because } of chain) {
      if (because !== null) expect(chain[because].atMs).toBeLessThanOrEqual(atMs);
    }
    await run("run", "a.yaml", "--json", "-o", "a.json");
    const { out } = await run("explain", "a.json");
    expect(out).toContain("How it spread");
    expect(out).toMatch(/ 3 s {2}Stock answered slowly from 3 s to 5 s\./);
  });

  test("one request, by its number, the slowest, or from a time on", async () => {
    write("a.yaml", scenario("60ms"));
    const { out } = await run("run", "a.yaml", "--slowest");
    expect(out).toMatch(/request \d+ of \d+ · visitors → shop · at \d/);
    expect(out).toMatch(/attempt 2 /);
    expect(out).toContain("backoff");
    const trace = await json("run", "a.yaml", "--at", "3.5s");
    expect(trace.call.startedMs).toBeGreaterThanOrEqual(3500);
    const same = await json("run", "a.yaml", "--request", String(trace.number));
    expect(same).toEqual(trace);
    expect((await run("run", "a.yaml", "--request", "99999")).err).toContain("no such request");
    expect((await run("run", "a.yaml", "--slowest", "--at", "1s")).err).toContain(
      "give one of them",
    );
    expect((await run("run", "a.yaml", "--at", "soon")).err).toContain(
      "--at soon: is not a duration",
    );
  });
});

describe("validate", { timeout: 60_000 }, () => {
  test("prints theirs, ours, how far apart they may be, and the verdict", async () => {
    const { code, out } = await run("validate", "three layers", "token bucket");
    expect(code).toBe(0);
    expect(out).toMatch(/theirs .* ours .* apart .* allowed .*✓/);
    expect(out).toMatch(/✓ \d+ of \d+ numbers from \d+ sources hold/);
  });

  test("as JSON, the same whatever the number of threads", async () => {
    const one = await run("validate", "M/M/1/10", "--json", "--workers", "1");
    const two = await run("validate", "M/M/1/10", "--json", "--workers", "2");
    expect(two.out).toBe(one.out);
    const { format, effort, results } = JSON.parse(one.out);
    expect({ format, effort }).toEqual({ format: "breakwater-validation/1", effort: "quick" });
    expect(results.length).toBeGreaterThan(1);
  });

  test("a word that is nowhere is told", async () => {
    const { code, err } = await run("validate", "phlogiston");
    expect(code).toBe(2);
    expect(err).toContain("no result has phlogiston in it; there are: M/M/1");
  });
});
