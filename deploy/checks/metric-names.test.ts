import { expect, test } from "vitest";
import { exposedIn, usedIn } from "./metric-names.ts";

test("a page tells names, also of figures without samples, and their labels", () => {
  const page = [
    "# HELP calls_total Calls.",
    "# TYPE calls_total counter",
    'calls_total{policy="a \\" b",outcome="ok"} 3',
    "# TYPE took_seconds histogram",
    "# TYPE waiting gauge",
    "waiting 0",
  ];
  const known = exposedIn(page.join("\n"));
  expect([...(known.get("calls_total") ?? [])]).toEqual(["policy", "outcome"]);
  expect(known.has("took_seconds_bucket")).toBe(true);
  expect(known.has("took_seconds")).toBe(false);
  expect(known.get("waiting")?.size).toBe(0);
});

test("an expression tells what it asks for", () => {
  const expr =
    'max by (service) (a_state{state="open",service=~"$service"} + 2 * ignoring(state) b_state{x!="1"}) > 0.1';
  expect(usedIn(expr)).toEqual([
    { name: "a_state", labels: ["state", "service"] },
    { name: "b_state", labels: ["x"] },
  ]);
  expect(usedIn("histogram_quantile(0.5, sum by (le) (rate(took_bucket[30s])))")).toEqual([
    { name: "took_bucket", labels: [] },
  ]);
});
