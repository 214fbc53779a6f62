import { explain } from "@breakwater/metrics";
import { makeResult } from "@breakwater/metrics/testing";
import { describe, expect, test } from "vitest";
import { plainRunReport } from "./plain-report.ts";
import { runReport } from "./run-report.ts";
import { makeStyle } from "./style.ts";

const STYLE = makeStyle(
  {
    out: () => {},
    err: () => {},
    columns: 100,
    isTerminal: false,
    env: {},
    cwd: "/",
    now: () => 0,
  },
  new Set(),
);

const LOAD = 30;
const inFault = (second: number) => second >= 8 && second < 20;
const per = (value: (second: number) => number) =>
  Array.from({ length: 38 }, (_, second) => (second < LOAD ? value(second) : 0));

/** Thirty seconds of load, twelve of them with a slow dependency behind a circuit breaker, and eight to drain. */
function outage() {
  const ok = per((second) => (inFault(second) ? 2 : 10));
  const timedOut = per((second) => (inFault(second) ? 8 : 0));
  return makeResult(
    {
      name: "homepage/slow",
      endedAtMs: 38_000,
      edges: [
        { from: "customers", to: "homepage", outcomes: { ok, timedOut }, inFlight: 3 },
        {
          from: "homepage",
          to: "recommendations",
          outcomes: { ok, timedOut },
          attemptsPerCall: 2,
          circuit: {
            breakers: 4,
            opened: 3,
            openMs: 9000,
            open: per((second) => (second > 9 && second < 22 ? (second < 11 ? 2 : 4) : 0)),
            halfOpen: per((second) => (second === 15 || second === 22 ? 1 : 0)),
          },
        },
      ],
      services: [
        {
          name: "homepage",
          workers: 8,
          busy: per((second) => (inFault(second) ? 8 : 2)),
          lastBusyMs: 37_000,
        },
        { name: "recommendations", workers: 4, busy: per((second) => (inFault(second) ? 4 : 1)) },
      ],
      faults: [
        { kind: "latency", target: "recommendations", startMs: 8000, endMs: 20_000, struck: 120 },
      ],
    },
    [
      { metric: "successRate", bound: "atLeast", value: 0.99, percentile: 99, of: "answered" },
      { metric: "latency", bound: "atMost", value: 800, percentile: 99, of: "answered" },
    ],
  );
}

describe("the report at a terminal", () => {
  test("looks like this", () => {
    const report = runReport(
      {
        result: outage(),
        headline: "Recommendations were slow, and two calls in five timed out.",
        tookMs: 12,
        next: ["breakwater run slow --report slow.html", "breakwater ladder"],
      },
      STYLE,
    );
    expect(report).toMatchInlineSnapshot(`
      "  homepage/slow · simulated 38 s in 12 ms · seed 1

        ✗  share of calls answered at least 99 %         68 %
        ✓  p99 latency of answered calls at most 800ms  20 ms

        Recommendations were slow, and two calls in five timed out.

        calls    303 offered   204 ok   96 timed out   0 failed   3 in flight
        served   204 in 30 s   68 % of calls that ended   degraded 0 %
        latency  p50 20 ms   p95 20 ms   p99 20 ms   of answered calls
        work     amplification 2x   wasted 0 % of busy time
        end      workers busy 7 s longer than the load (homepage)   recovered 0 ms after the fault
        detect   first failures 0 ms (homepage → recommendations) after latency at recommendations began
        retries  homepage → recommendations 2x

                              15/s ┤                             ╌          █ goodput  ╌ offered
                                   │▃▃▃▃▃▃▃▃╌╌╌╌╌╌╌╌╌╌╌╌▃▃▃▃▃▃▃▃▃▃
                                   │████████            ██████████
                                   │████████            ██████████
                               0/s ┤████████▅▅▅▅▅▅▅▅▅▅▅▅██████████
        latency at recommendations          ━━━━━━━━━━━━                    fault, 8 s to 20 s
                                    0 s                               38 s

        customers → homepage        ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇█········  303 calls, 303 attempts
        homepage → recommendations  ██████████████████████████████········  300 calls, 600 attempts
          circuit                   ▁▁▁▁▁▁▁▁▁▁╱╳╳╳╳◐╳╳╳╳╳╳◐▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  opened 3x, 9 s by 4 breakers
        homepage                    ▂▂▂▂▂▂▂▂████████████▂▂▂▂▂▂▂▂▂▂········  busy, queue at most 0
        recommendations             ▂▂▂▂▂▂▂▂████████████▂▂▂▂▂▂▂▂▂▂········  busy, queue at most 0
                                    circuit: ▁ closed  ╱ some open  ╳ all open  ◐ half-open

        offered 303 = 204 ok + 96 timed out + 3 in flight ✓

        Next: breakwater run slow --report slow.html
              breakwater ladder
      "
    `);
    expect(report.split("\n").length).toBeLessThanOrEqual(36);
  });

  test("has room at 60 columns and at 200", () => {
    for (const columns of [60, 200]) {
      const input = { result: outage(), headline: "x", tookMs: 1, next: [] };
      const lines = runReport(input, { ...STYLE, columns }).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(
        Math.max(columns, 100),
      );
    }
  });

  test("a run in which nothing happened is no reason to fail", () => {
    const result = makeResult({ name: "empty" });
    const { headline } = explain(result);
    expect(runReport({ result, headline, tookMs: 0, next: [] }, STYLE)).toContain("offered 0 =");
    expect(plainRunReport(result, headline)).toContain("verdict\tnone\n");
  });

  test("calls that do not add up are shouted about", () => {
    const whole = outage();
    const check = { where: "service homepage", offered: 9, ended: 8, inFlight: 0, balanced: false };
    const result = { ...whole, conservation: [check] };
    const report = runReport({ result, headline: "x", tookMs: 0, next: [] }, STYLE);
    expect(report).toContain("does not add up: service homepage");
    expect(plainRunReport(result, "x")).toContain("conserved\tno\n");
  });
});
