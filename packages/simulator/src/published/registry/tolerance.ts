import type { Tolerance } from "./published-result.ts";

export const relative = (quick: number, full = quick): Tolerance => ({
  kind: "relative",
  quick,
  full,
});

export const absolute = (quick: number, full = quick): Tolerance => ({
  kind: "absolute",
  quick,
  full,
});

export const atMost = (share: number): Tolerance => ({ kind: "atMost", quick: share, full: share });

export const EXACT: Tolerance = { kind: "exact" };
