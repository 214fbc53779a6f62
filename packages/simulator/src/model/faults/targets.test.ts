/** Whom a fault strikes: the same for every kind, so one or two kinds stand for all. */
import type { Fault, Scenario } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { run } from "../../../test-support/run.ts";
import { edgeOf, play, service } from "../../../test-support/timeline.ts";

describe("a fault on one endpoint", () => {
  const scenario = (fault: Fault): Scenario => ({
    duration: 1000,
    services: {
      shop: { endpoints: { browse: { steps: [{ work: 1 }] }, buy: { steps: [{ work: 1 }] } } },
    },
    load: {
      browsers: { kind: "open", to: "shop", endpoint: "browse", rate: 100, arrivals: "constant" },
      buyers: { kind: "open", to: "shop", endpoint: "buy", rate: 50, arrivals: "constant" },
    },
    faults: [fault],
  });

  test.each(["error", "refused"] as const)("strikes its requests alone: %s", (kind) => {
    const result = run(scenario({ kind, service: "shop", endpoint: "buy" }));
    expect(edgeOf(result, "buyers -> shop/buy").outcomes.failed).toBe(50);
    expect(edgeOf(result, "browsers -> shop/browse").outcomes.ok).toBe(100);
    expect(result.faults[0]).toMatchObject({ target: "shop/buy", struck: 50 });
  });

  test("from one load strikes that load alone", () => {
    const result = run(scenario({ kind: "error", service: "shop", from: "browsers" }));
    expect(edgeOf(result, "buyers -> shop/buy").outcomes.ok).toBe(50);
    expect(edgeOf(result, "browsers -> shop/browse").outcomes.failed).toBe(100);
    expect(result.faults[0]).toMatchObject({ target: "browsers -> shop", struck: 100 });
  });

  test("with endpoint and caller that do not meet strikes nobody", () => {
    const fault = { kind: "error", service: "shop", endpoint: "buy", from: "browsers" } as const;
    const result = run(scenario(fault));
    expect([result.endToEnd.outcomes.failed, result.faults[0]?.struck]).toEqual([0, 0]);
  });
});

test("a fault on one instance strikes the requests whose turn it was to go there", () => {
  const shop = service([{ work: 1 }], { instances: 4 });
  const fault = { kind: "error", service: "shop", instance: 2 } as const;
  const result = play({ services: { shop }, count: 100, faults: [fault] });
  expect(result.endToEnd.outcomes).toMatchObject({ ok: 75, failed: 25 });
  expect(result.faults[0]).toMatchObject({ target: "shop[2]", struck: 25 });
});

describe("a share", () => {
  const shop = service([]);
  const failed = (share: number, name = "fault") => {
    const fault = { kind: "error", service: "shop", share, name } as const;
    return play({ services: { shop }, count: 1000, faults: [fault] }).endToEnd.series.failed;
  };

  test("that is larger strikes the same requests and more", () => {
    const [some, more] = [failed(0.2), failed(0.4)];
    expect(some.every((count, i) => count <= (more[i] as number))).toBe(true);
  });

  test("of two faults is drawn for each by itself", () => {
    const other = failed(0.5, "other");
    const both = failed(0.5).filter((count, i) => count > 0 && (other[i] ?? 0) > 0);
    // A quarter of 1000 within four standard deviations of the binomial.
    expect(Math.abs(both.length - 250)).toBeLessThan(55);
  });

  test("is drawn anew for each attempt, so that a retry may get through", () => {
    const retry = { attempts: 2, backoff: { base: 0 } };
    const fault = { kind: "refused", service: "shop", share: 0.5 } as const;
    const policy = { idempotent: true, retry };
    const { outcomes, attempts } = play({
      services: { shop },
      count: 1000,
      policy,
      faults: [fault],
    }).endToEnd;
    expect(Math.abs(outcomes.failed - 250)).toBeLessThan(55);
    expect(Math.abs(attempts - 1500)).toBeLessThan(64);
  });
});
