import { describe, expect, test } from "vitest";
import {
  edgeOf,
  outcomes,
  play,
  type Small,
  service,
  serviceOf,
} from "../../../test-support/timeline.ts";

const loss = { kind: "loss", service: "shop", rate: 1, for: 100 } as const;
const small = (rest: Partial<Small> = {}): Small => ({
  services: { shop: service([{ work: 10 }]) },
  policy: { timeout: 300 },
  faults: [loss],
  ...rest,
});

describe("messages that are lost for certain", () => {
  test("requests never arrive, and answers never come back", () => {
    const requests = play(small());
    expect(outcomes(requests)).toEqual(["300 timedOut"]);
    expect(serviceOf(requests, "shop").arrived).toBe(0);
    const answers = play(small({ faults: [{ ...loss, messages: "answers" }] }));
    expect(outcomes(answers)).toEqual(["300 timedOut"]);
    expect(serviceOf(answers, "shop")).toMatchObject({ arrived: 1, ok: 1 });
  });
  test("a message sent before or after is not lost", () => {
    expect(outcomes(play(small({ calls: [0, 95, 100], faults: [{ ...loss, at: 20 }] })))).toContain(
      "10 ok",
    );
    expect(outcomes(play(small({ calls: [100] })))).toEqual(["110 ok"]);
    // Its answer goes out when the loss is over.
    expect(
      outcomes(play(small({ calls: [95], faults: [{ ...loss, messages: "answers" }] }))),
    ).toEqual(["105 ok"]);
  });
});

describe("messages that are lost by chance", () => {
  const count = 10_000;
  const many = (rest: object) =>
    play(small({ count, faults: [{ ...loss, for: 20_000, rate: 0.1, ...rest }] }));

  test("a call gets through when neither its request nor its answer is lost", () => {
    const result = many({});
    expect(result.endToEnd.outcomes.ok / count).toBeCloseTo(0.81, 1.7);
    expect(edgeOf(result, "all -> shop").outcomes.timedOut / count).toBeCloseTo(0.19, 1.7);
    expect(many({ messages: "requests" }).endToEnd.outcomes.ok / count).toBeCloseTo(0.9, 1.7);
  });
  test("are sent again after 20 ms, and then after twice as long", () => {
    expect(many({ messages: "requests", resend: 20 }).endToEnd.outcomes.ok / count).toBeCloseTo(
      1,
      2,
    );
    const lasting = (ms: number) =>
      outcomes(play(small({ faults: [{ ...loss, messages: "requests", for: ms, resend: 20 }] })));
    expect(lasting(15)).toEqual(["30 ok"]);
    expect(lasting(50)).toEqual(["70 ok"]);
    expect(lasting(100)).toEqual(["150 ok"]);
  });
});
