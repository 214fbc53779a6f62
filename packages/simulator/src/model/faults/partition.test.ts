import { describe, expect, test } from "vitest";
import { answers, edgeOf, play, service, serviceOf } from "../../../test-support/timeline.ts";

const services = { shop: service([{ work: 20 }]) };
const lost = { kind: "partition", service: "shop", at: 10, for: 40 } as const;
const redelivered = { ...lost, requests: "redelivered" } as const;

describe("a partition that loses messages", () => {
  test("loses requests and answers: only a timeout tells", () => {
    const policy = { timeout: 30 };
    const small = { services, calls: [0, 15, 50], policy, faults: [lost] };
    expect(answers(small)).toEqual(["30 timedOut", "45 timedOut", "70 ok"]);
    const { endToEnd, services: results, faults, drained } = play(small);
    expect(endToEnd.delivery).toEqual({ arrived: 2, refused: 0, lost: 1, travelling: 0 });
    // The first was served, and its answer is lost: it does not even come late.
    expect([results[0]?.ok, endToEnd.lateAnswers, faults[0]?.struck]).toEqual([2, 0, 2]);
    expect(drained).toBe(true);
  });

  test("without a timeout leaves its callers waiting for ever", () => {
    const { endToEnd, drained } = play({ services, calls: [0, 15], faults: [lost] });
    expect([endToEnd.inFlight, drained]).toEqual([2, false]);
    expect(endToEnd.attemptOutcomes.inFlight).toBe(2);
  });

  test("lets through what was on its way when it began", () => {
    const front = service([{ call: "shop", network: { latency: 8 } }]);
    // Sent at 5, there at 13; the answer leaves at 33 and is lost.
    const result = play({
      services: { front, ...services },
      calls: [5],
      faults: [lost],
      drain: 500,
    });
    expect([serviceOf(result, "shop").ok, result.endToEnd.inFlight]).toEqual([1, 1]);
  });
});

describe("a partition that delivers messages at its end", () => {
  test("holds requests and answers back", () => {
    const small = { services, calls: [0, 15, 50], faults: [redelivered] };
    // The first one's answer of 20 and the second one's request of 15 get through at 50.
    expect(answers(small)).toEqual(["50 ok", "70 ok x2"]);
    expect(play(small).endToEnd.delivery).toMatchObject({ arrived: 3, lost: 0 });
  });

  test("brings answers late to callers that have left, and work for nobody", () => {
    const policy = { timeout: 30 };
    const small = { services, calls: [0, 15], policy, faults: [redelivered] };
    expect(answers(small)).toEqual(["30 timedOut", "45 timedOut"]);
    const { endToEnd, services: results } = play(small);
    expect([endToEnd.lateAnswers, results[0]?.wasted]).toEqual([2, 1]);
  });

  test("adds the network's own time after that", () => {
    const front = service([{ call: "shop", network: { latency: 8 } }]);
    // Held until 50, there at 58, done at 78, back at 86.
    expect(
      answers({ services: { front, ...services }, calls: [15], faults: [redelivered] }),
    ).toEqual(["86 ok"]);
  });

  test("without an end is a loss", () => {
    const { for: _, ...forever } = redelivered;
    const { endToEnd } = play({ services, calls: [15], faults: [forever] });
    expect(endToEnd.delivery.lost).toBe(1);
  });
});

test("a partition between two services leaves other callers alone", () => {
  const policy = { timeout: 30 };
  const front = service([{ call: "shop", policy }]);
  const side = service([{ parallel: [{ call: "front" }, { call: "shop", policy }] }]);
  const fault = { ...lost, from: "front" };
  const result = play({ services: { side, front, ...services }, calls: [15], faults: [fault] });
  expect(edgeOf(result, "front -> shop").outcomes.timedOut).toBe(1);
  expect(edgeOf(result, "side -> shop").outcomes.ok).toBe(1);
});
