import { expect, test } from "vitest";
import { checkConservation, conserved } from "./conservation.ts";
import { makeResult } from "./testing/index.ts";

const result = makeResult({
  edges: [
    { from: "users", to: "shop", outcomes: { ok: 9, timedOut: 1 }, inFlight: 3, lateAnswers: 4 },
    {
      from: "shop",
      to: "stock",
      outcomes: { ok: 4, fallback: 1, failed: 2, shortCircuited: 1 },
      attemptsPerCall: 2.5,
      refused: 7,
      lost: 2,
    },
  ],
  services: [
    { name: "shop", rejected: 2, inFlight: 3 },
    { name: "stock", failed: 5, dropped: 1 },
  ],
});
const [load, call] = result.edges;
const [shop, stock] = result.services;
if (!load || !call || !shop || !stock) throw new Error("the plan above makes two of each");

test("a consistent result balances everywhere", () => {
  expect(result.conservation).toHaveLength(13);
  expect(conserved(result.conservation)).toBe(true);
  expect(result.conservation[0]).toEqual({
    where: "end to end",
    offered: 303,
    ended: 300,
    inFlight: 3,
    balanced: true,
  });
});

const one = (edges = result.edges, services = result.services, endToEnd = result.endToEnd) =>
  checkConservation(endToEnd, edges, services)
    .filter(({ balanced }) => !balanced)
    .map(({ where }) => where);

test("every single count that is off by one is found, where it is", () => {
  expect(one([load, { ...call, inFlight: 1 }])).toEqual(["edge shop -> stock"]);
  const attemptOutcomes = { ...call.attemptOutcomes, failed: 1 };
  expect(one([load, { ...call, attemptOutcomes }])).toEqual(["edge shop -> stock, attempts"]);
  const delivery = { ...call.delivery, travelling: 1 };
  expect(one([load, { ...call, delivery }])).toEqual(["edge shop -> stock, delivery"]);
  expect(one(result.edges, [shop, { ...stock, ok: stock.ok + 1 }])).toEqual(["service stock"]);
  expect(
    one(result.edges, [shop, { ...stock, arrived: stock.arrived - 1, ok: stock.ok - 1 }]),
  ).toEqual(["service stock, arrivals"]);
  expect(one([{ ...load, calls: load.calls + 1 }, call])).toEqual([
    "end to end, calls of all loads",
    "edge users -> shop",
  ]);
});

test("counts must be whole numbers", () => {
  const halves = { ...shop, ok: shop.ok - 0.5, failed: 0.5 };
  expect(one(result.edges, [{ ...halves, inFlight: -1, lost: 4 }, stock])).toEqual([
    "service shop",
  ]);
});
