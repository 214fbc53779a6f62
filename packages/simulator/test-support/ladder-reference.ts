import type { HomepagePace } from "@breakwater/scenario";

export interface LadderPrediction {
  /** Pages served in 30 s. */
  readonly served: number;
  /** Seconds that a worker was still busy after the load; undefined where none is told. */
  readonly tailS?: number;
}

type ByPace = Readonly<Record<HomepagePace, LadderPrediction>>;

const SLOW: ByPace = { fast: { served: 28, tailS: 10 }, calibrated: { served: 25, tailS: 11 } };
const OUTAGE: ByPace = { fast: { served: 12_000 }, calibrated: { served: 432 } };

/** What a model that was written independently, in another language, predicts: means over seeds. */
export const LADDER_REFERENCE: Readonly<Record<string, ByPace>> = {
  baseline: { fast: { served: 7992 }, calibrated: { served: 240 } },
  outage: OUTAGE,
  "outage, circuit breakers": OUTAGE,
  "slow, no timeout": SLOW,
  "slow, circuit breakers only": SLOW,
  "slow, 0.5 s timeout": {
    fast: { served: 456, tailS: 411 },
    calibrated: { served: 224, tailS: 207 },
  },
  "slow, 5 s timeout": { fast: { served: 40, tailS: 21 }, calibrated: { served: 40, tailS: 24 } },
  "slow, retries only": SLOW,
  "slow, 0.5 s timeout, retries": {
    fast: { served: 112, tailS: 432 },
    calibrated: { served: 88, tailS: 365 },
  },
  "slow, 0.5 s timeout, circuit breakers": {
    fast: { served: 11_000, tailS: 11 },
    calibrated: { served: 392, tailS: 14 },
  },
  "slow, 1 s timeout": {
    fast: { served: 232, tailS: 201 },
    calibrated: { served: 152, tailS: 136 },
  },
  "slow, 1 s timeout, circuit breakers": {
    fast: { served: 10_000, tailS: 11 },
    calibrated: { served: 360, tailS: 14 },
  },
  "slow, 3 s timeout, retries": {
    fast: { served: 16, tailS: 71 },
    calibrated: { served: 16, tailS: 78 },
  },
};
