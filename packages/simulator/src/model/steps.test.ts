/** Repeated, probable and chosen steps and quorums, in whole milliseconds. */
import type { Service, Step } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { run } from "../../test-support/run.ts";
import {
  edgeOf,
  outcomes,
  play,
  type Small,
  service,
  serviceOf,
} from "../../test-support/timeline.ts";

const replicas: Record<string, Service> = {
  fast: service([{ work: 10 }]),
  middle: service([{ work: 20 }]),
  slow: service([{ work: 50 }]),
  broken: { endpoints: { go: { errorRate: 1, steps: [{ work: 5 }] } } },
};
const shop = (steps: Step[], rest: Omit<Service, "endpoints"> = {}): Small => ({
  services: { shop: service(steps, rest), ...replicas },
});
const to = (...names: string[]): Step[] => names.map((call) => ({ call }));

describe("a quorum", () => {
  test("goes on with the second answer of three", () => {
    const quorum = to("fast", "middle", "slow");
    expect(outcomes(play(shop([{ quorum, needs: 2 }, { work: 3 }])))).toEqual(["23 ok"]);
    expect(outcomes(play(shop([{ quorum, needs: 1 }])))).toEqual(["10 ok"]);
    expect(outcomes(play(shop([{ quorum, needs: 3 }])))).toEqual(["50 ok"]);
  });
  test("bears as many failures as it does not need, and fails with the first one more", () => {
    expect(outcomes(play(shop([{ quorum: to("broken", "middle", "slow"), needs: 2 }])))).toEqual([
      "50 ok",
    ]);
    expect(outcomes(play(shop([{ quorum: to("broken", "middle", "broken"), needs: 2 }])))).toEqual([
      "5 failed",
    ]);
  });
  test("lets the rest go on until the request is answered, or cancels it at once", () => {
    const small = (rest: "continue" | "cancel"): Small => ({
      ...shop([{ quorum: to("fast", "slow"), needs: 1, rest }, { work: 60 }]),
      semantics: { abandonedWork: "stops" },
    });
    expect(outcomes(play(small("continue")))).toEqual(["70 ok"]);
    expect(serviceOf(play(small("continue")), "slow")).toMatchObject({ ok: 1, busyMs: 50 });
    expect(outcomes(play(small("cancel")))).toEqual(["70 ok"]);
    expect(serviceOf(play(small("cancel")), "slow")).toMatchObject({
      ok: 0,
      busyMs: 10,
      dropped: 1,
    });
  });
  test("gives up the rest of a branch that failed, and nothing else", () => {
    const failing: Step = {
      parallel: [{ call: "broken" }, { sequence: [...to("middle", "slow")] }],
    };
    const result = play(shop([{ quorum: [failing, { call: "slow" }], needs: 1 }]));
    expect(outcomes(result)).toEqual(["50 ok"]);
    expect(edgeOf(result, "shop -> middle").outcomes.cancelled).toBe(1);
    expect(serviceOf(result, "slow")).toMatchObject({ arrived: 1, ok: 1 });
  });
  test("holds within a quorum", () => {
    const inner: Step = { quorum: to("broken", "broken", "fast"), needs: 2 };
    expect(outcomes(play(shop([{ quorum: [inner, { call: "middle" }], needs: 1 }])))).toEqual([
      "20 ok",
    ]);
    expect(outcomes(play(shop([{ quorum: [inner, { call: "middle" }], needs: 2 }])))).toEqual([
      "5 failed",
    ]);
  });
  test("lets go of a worker that does not wait", () => {
    const steps: Step[] = [{ quorum: to("fast", "slow"), needs: 1, rest: "cancel" }, { work: 5 }];
    const small = { ...shop(steps, { workers: 1, workersWait: false }), calls: [0, 1] };
    expect(outcomes(play(small))).toEqual(["15 ok", "20 ok"]);
    const waiting = { ...shop(steps, { workers: 1 }), calls: [0, 1] };
    expect(outcomes(play(waiting))).toEqual(["15 ok", "30 ok"]);
  });
});

describe("a call that is made several times", () => {
  test("at once takes as long as one, in sequence as long as all", () => {
    expect(outcomes(play(shop([{ call: "fast", times: 5 }])))).toEqual(["10 ok"]);
    const inSequence = play(shop([{ call: "fast", times: 5, order: "sequence" }]));
    expect(outcomes(inSequence)).toEqual(["50 ok"]);
    expect(edgeOf(inSequence, "shop -> fast").calls).toBe(5);
  });
  test("needs so many answers: the k-th of n exponential ones has mean (1/n + ... + 1/(n-k+1))", () => {
    const mean = (needs: number): number => {
      const result = run({
        duration: "200s",
        services: {
          shop: service([{ call: "store", times: 3, needs }]),
          store: service([{ work: { kind: "exponential", mean: 60 } }]),
        },
        load: { all: { kind: "open", to: "shop", rate: 100 } },
      });
      const { busyMs, ok } = serviceOf(result, "shop");
      return busyMs / ok;
    };
    expect(mean(1)).toBeCloseTo(60 / 3, -0.3);
    expect(mean(2)).toBeCloseTo(60 * (1 / 3 + 1 / 2), -0.3);
    expect(mean(3)).toBeCloseTo(60 * (1 / 3 + 1 / 2 + 1), -0.3);
  });
});

describe("chance", () => {
  const count = (steps: Step[], name: string): number =>
    serviceOf(
      run({
        duration: "100s",
        services: { shop: service(steps), ...replicas },
        load: { all: { kind: "open", arrivals: "constant", to: "shop", rate: 100 } },
      }),
      name,
    ).arrived;

  // 10,000 draws: a share p is within three standard deviations, 3 sqrt(p (1 - p) / 10,000), of p.
  test("does a step for a share of the requests", () => {
    expect(count([{ call: "fast", probability: 0.3 }], "fast") / 1e4).toBeCloseTo(0.3, 1.5);
    expect(count([{ call: "fast", probability: 1 }], "fast")).toBe(10_000);
  });
  test("chooses by weight, and one of them always", () => {
    const choose = [
      { weight: 1, steps: to("fast") },
      { weight: 2, steps: to("middle", "fast") },
      { weight: 1, steps: [] },
    ];
    const fast = count([{ choose }], "fast");
    const middle = count([{ choose }], "middle");
    expect(fast / 1e4).toBeCloseTo(0.75, 1.5);
    expect(middle / 1e4).toBeCloseTo(0.5, 1.5);
    const always = [
      { weight: 1, steps: to("fast") },
      { weight: 6, steps: to("fast") },
    ];
    expect(count([{ choose: always }], "fast")).toBe(10_000);
  });
  test("changes no other draw: what the others do stays as it was", () => {
    const work: Step = { work: { kind: "exponential", mean: 10 } };
    const busy = (probability: number): number =>
      serviceOf(play({ ...shop([{ call: "fast", probability }, work]), count: 500 }), "shop")
        .busyMs;
    const seldom = busy(1e-9);
    const { edges } = play({ ...shop([{ call: "fast" }, work]), count: 500 });
    expect(edges.find(({ name }) => name === "shop -> fast")?.calls).toBe(500);
    expect(busy(1) - seldom).toBeCloseTo(500 * 10, 6);
  });
});
