import { detectMsOf } from "./answers/detect.ts";
import type { RunResult } from "./result.ts";
import { attemptsOf } from "./summary.ts";

export type Unit = "calls" | "attempts" | "per second" | "share" | "ms" | "factor";

export interface Metric {
  /** As reports call it. */
  readonly name: string;
  readonly unit: Unit;
  readonly good: "more" | "less" | "neither";
  /** null: there was nothing to measure. */
  readonly of: (result: RunResult) => number | null;
}

/** Every number that a run comes down to, in the order of reports. */
export const METRICS: readonly Metric[] = [
  { name: "offered", unit: "calls", good: "neither", of: ({ summary }) => summary.offered },
  { name: "goodput", unit: "per second", good: "more", of: ({ summary }) => summary.goodput },
  {
    name: "served in time",
    unit: "calls",
    good: "more",
    of: ({ summary }) => summary.servedInDuration,
  },
  { name: "served", unit: "calls", good: "more", of: ({ summary }) => summary.served },
  { name: "success rate", unit: "share", good: "more", of: ({ summary }) => summary.successRate },
  { name: "ok rate", unit: "share", good: "more", of: ({ summary }) => summary.okRate },
  {
    name: "degraded rate",
    unit: "share",
    good: "less",
    of: ({ summary }) => summary.degradedRate,
  },
  { name: "p50", unit: "ms", good: "less", of: ({ summary }) => summary.p50Ms },
  { name: "p95", unit: "ms", good: "less", of: ({ summary }) => summary.p95Ms },
  { name: "p99", unit: "ms", good: "less", of: ({ summary }) => summary.p99Ms },
  {
    name: "amplification",
    unit: "factor",
    good: "less",
    of: ({ summary }) => summary.amplification,
  },
  { name: "wasted work", unit: "share", good: "less", of: ({ summary }) => summary.wastedWork },
  { name: "tail", unit: "ms", good: "less", of: ({ summary }) => summary.tailMs },
  { name: "time to recover", unit: "ms", good: "less", of: ({ summary }) => summary.recoveryMs },
  { name: "time to detect", unit: "ms", good: "less", of: detectMsOf },
  { name: "attempts", unit: "attempts", good: "neither", of: ({ edges }) => attemptsOf(edges) },
];
