import type { Field, FieldTable } from "@breakwater/policy";
import type { Objective } from "../types/objective.ts";

/** Both bounds of a metric; exactly one is given. */
const bounds = (field: Field): FieldTable => ({
  atLeast: { ...field, about: "Met from this value upwards." },
  atMost: { ...field, about: "Met up to this value." },
});

const share = bounds({ kind: "number", min: 0, max: 1, unit: "share", about: "" });
const count = bounds({ kind: "number", min: 0, max: 1e12, about: "" });
const time = bounds({ kind: "duration", about: "" });

const variants = {
  successRate: share,
  okRate: share,
  goodput: count,
  latency: {
    ...time,
    percentile: {
      kind: "number",
      min: 0,
      aboveMin: true,
      max: 100,
      default: 99,
      about: "Which percentile of the latency.",
    },
    of: {
      kind: "choice",
      choices: ["answered", "all"],
      default: "answered",
      about: "Of answered calls (ok and fallback), or of all that ended.",
    },
  },
  amplification: count,
  wastedWork: share,
  recoveryTime: time,
  collapseProbability: share,
} satisfies Record<Objective["metric"], FieldTable>;

export const objectiveField: Field = {
  kind: "variant",
  tag: "metric",
  variants,
  about: "What the system has to achieve; exactly one of atLeast and atMost.",
};
