import { expect, test } from "vitest";
import {
  closedThroughput,
  erlangB,
  erlangC,
  erlangQuantile,
  erlangWait,
  fullShare,
  meanWait,
} from "./formulas.ts";

test("Erlang's formulas give the values of the tables", () => {
  expect(erlangB(10, 8)).toBeCloseTo(0.12166, 5);
  expect(erlangB(20, 16)).toBeCloseTo(0.06441, 5);
  expect(erlangB(100, 95)).toBeCloseTo(0.0488, 4);
  expect(erlangC(10, 8)).toBeCloseTo(0.40918, 5);
  expect(erlangC(8, 6.4)).toBeCloseTo(0.45765, 4);
  expect(erlangC(100, 95)).toBeCloseTo(0.50646, 5);
  expect(erlangC(5, 2.5)).toBeCloseTo(0.1304, 4);
  expect(erlangC(10, 5)).toBeCloseTo(0.0361, 4);
  expect(erlangWait(10, 8)).toBeCloseTo(0.20459, 5);
  expect(erlangWait(100, 95)).toBeCloseTo(0.10129, 5);
});

test("a short queue turns away what is printed", () => {
  expect(fullShare(0.8, 10)).toBeCloseTo(0.02349, 5);
  expect(fullShare(1, 10)).toBeCloseTo(0.09091, 5);
  expect(fullShare(1.5, 10)).toBeCloseTo(0.33723, 5);
  expect(fullShare(2, 100)).toBeCloseTo(0.5, 5);
});

test("waits by Pollaczek and Khinchine", () => {
  expect(meanWait(0.8, 0)).toBeCloseTo(2, 9);
  expect(meanWait(0.8, 1 / 4)).toBeCloseTo(2.5, 9);
  expect(meanWait(0.8, 4)).toBeCloseTo(10, 9);
  expect(meanWait(0.8, Math.E - 1)).toBeCloseTo(5.4366, 4);
});

test("sums of exponentials and closed groups", () => {
  expect(erlangQuantile(1, 0.99)).toBeCloseTo(4.605, 3);
  expect(erlangQuantile(3, 0.99)).toBeCloseTo(8.406, 3);
  expect(erlangQuantile(10, 0.99)).toBeCloseTo(18.78, 2);
  // One user is served for 1 and thinks for 9.
  expect(closedThroughput(1, 9)).toBeCloseTo(0.1, 9);
});
