import { CountTable } from "../count-table.ts";
import { Histogram } from "../histogram.ts";
import type { EdgeResult, OutcomeName } from "../result.ts";
import { PercentileSeries } from "../series.ts";
import { sum } from "./sum.ts";

const OUTCOMES: readonly OutcomeName[] = [
  "ok",
  "fallback",
  "timedOut",
  "shortCircuited",
  "rejected",
  "failed",
  "cancelled",
];

/** Columns of counts; those of the outcomes follow in their order. */
const CALLS = 0;
const ATTEMPTS = 1;
const FIRST_OUTCOME = 2;
const COLUMNS = FIRST_OUTCOME + OUTCOMES.length;

type Counts<Names extends string> = Record<Names, number>;

/** What a run writes down about the calls over one edge, or over several edges together. Times never go back. */
export class EdgeRecord {
  readonly #counts: CountTable;
  readonly #percentiles: PercentileSeries;
  /** Of the calls without an answer; those with one are all in the percentiles. */
  readonly #unanswered = new Histogram();
  readonly attemptOutcomes = { ok: 0, failed: 0, timedOut: 0, cancelled: 0, inFlight: 0 };
  readonly delivery = { arrived: 0, refused: 0, lost: 0, travelling: 0 };
  lateAnswers = 0;
  /** Counted on its own, not as what is left over, so that conservation can fail when something is forgotten. */
  #inFlight = 0;
  #degraded = 0;

  constructor(bucketMs: number) {
    this.#counts = new CountTable(bucketMs, COLUMNS);
    this.#percentiles = new PercentileSeries(bucketMs);
  }

  callStarted(nowMs: number): void {
    this.#counts.add(nowMs, CALLS);
    this.#inFlight++;
  }

  attemptStarted(nowMs: number): void {
    this.#counts.add(nowMs, ATTEMPTS);
    this.attemptOutcomes.inFlight++;
    this.delivery.travelling++;
  }

  attemptEnded(outcome: "ok" | "failed" | "timedOut" | "cancelled"): void {
    this.attemptOutcomes.inFlight--;
    if (outcome === "ok") this.attemptOutcomes.ok++;
    else this.attemptOutcomes[outcome]++;
  }

  delivered(how: "arrived" | "refused" | "lost"): void {
    this.delivery.travelling--;
    if (how === "arrived") this.delivery.arrived++;
    else this.delivery[how]++;
  }

  callEnded(outcome: OutcomeName, startedAtMs: number, degraded: boolean, nowMs: number): void {
    const latencyMs = nowMs - startedAtMs;
    this.#counts.add(nowMs, FIRST_OUTCOME + (outcome === "ok" ? 0 : OUTCOMES.indexOf(outcome)));
    this.#inFlight--;
    if (outcome === "ok" || outcome === "fallback") {
      this.#percentiles.record(nowMs, latencyMs);
      if (degraded || outcome === "fallback") this.#degraded++;
    } else {
      this.#unanswered.record(latencyMs);
    }
  }

  result(
    identity: Pick<EdgeResult, "name" | "kind" | "from" | "to" | "endpoint" | "policy" | "circuit">,
    buckets: number,
  ): EdgeResult {
    const calls = this.#counts.toArray(CALLS, buckets);
    const attempts = this.#counts.toArray(ATTEMPTS, buckets);
    const columns = this.#outcomes(buckets);
    const answered = this.#percentiles.total();
    const all = this.#percentiles.total();
    all.merge(this.#unanswered);
    const outcomes = {} as Counts<OutcomeName>;
    for (const outcome of OUTCOMES) outcomes[outcome] = sum(columns[outcome]);
    const { name, kind, from, to, endpoint, policy, circuit } = identity;
    return {
      name,
      kind,
      from,
      to,
      endpoint,
      policy,
      calls: sum(calls),
      attempts: sum(attempts),
      inFlight: this.#inFlight,
      outcomes,
      degraded: this.#degraded,
      attemptOutcomes: { ...this.attemptOutcomes },
      lateAnswers: this.lateAnswers,
      delivery: { ...this.delivery },
      series: {
        calls,
        attempts,
        ...columns,
        inFlight: levels(calls, Object.values(columns)),
        ...this.#percentiles.toArrays(buckets),
      },
      latency: { answered: answered.toData(), all: all.toData() },
      circuit,
    };
  }

  #outcomes(buckets: number): Record<OutcomeName, number[]> {
    const columns = {} as Record<OutcomeName, number[]>;
    for (const [index, outcome] of OUTCOMES.entries()) {
      columns[outcome] = this.#counts.toArray(FIRST_OUTCOME + index, buckets);
    }
    return columns;
  }
}

/** How many are there at the end of each bucket, when so many came and went in it. */
function levels(came: readonly number[], gone: readonly (readonly number[])[]): number[] {
  let level = 0;
  return came.map((count, bucket) => {
    level += count - sum(gone.map((column) => column[bucket] as number));
    return level;
  });
}
