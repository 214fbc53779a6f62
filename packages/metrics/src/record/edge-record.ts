import { Histogram } from "../histogram.ts";
import type { EdgeResult, OutcomeName } from "../result.ts";
import { CountSeries, LevelSeries, PercentileSeries } from "../series.ts";
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

type Counts<Names extends string> = Record<Names, number>;

/** What a run writes down about the calls over one edge, or over several edges together. */
export class EdgeRecord {
  readonly #calls: CountSeries;
  readonly #attempts: CountSeries;
  readonly #outcomes: Record<OutcomeName, CountSeries>;
  readonly #inFlight: LevelSeries;
  readonly #percentiles: PercentileSeries;
  readonly #answered = new Histogram();
  readonly #all = new Histogram();
  readonly attemptOutcomes = { ok: 0, failed: 0, timedOut: 0, cancelled: 0, inFlight: 0 };
  readonly delivery = { arrived: 0, refused: 0, lost: 0, travelling: 0 };
  lateAnswers = 0;
  #degraded = 0;

  constructor(bucketMs: number) {
    this.#calls = new CountSeries(bucketMs);
    this.#attempts = new CountSeries(bucketMs);
    this.#outcomes = Object.fromEntries(
      OUTCOMES.map((outcome) => [outcome, new CountSeries(bucketMs)]),
    ) as Record<OutcomeName, CountSeries>;
    this.#inFlight = new LevelSeries(bucketMs);
    this.#percentiles = new PercentileSeries(bucketMs);
  }

  callStarted(nowMs: number): void {
    this.#calls.add(nowMs);
    this.#inFlight.change(nowMs, 1);
  }

  attemptStarted(nowMs: number): void {
    this.#attempts.add(nowMs);
    this.attemptOutcomes.inFlight++;
    this.delivery.travelling++;
  }

  attemptEnded(outcome: "ok" | "failed" | "timedOut" | "cancelled"): void {
    this.attemptOutcomes.inFlight--;
    this.attemptOutcomes[outcome]++;
  }

  delivered(how: "arrived" | "refused" | "lost"): void {
    this.delivery.travelling--;
    this.delivery[how]++;
  }

  callEnded(outcome: OutcomeName, startedAtMs: number, degraded: boolean, nowMs: number): void {
    const latencyMs = nowMs - startedAtMs;
    this.#outcomes[outcome].add(nowMs);
    this.#inFlight.change(nowMs, -1);
    this.#all.record(latencyMs);
    if (outcome !== "ok" && outcome !== "fallback") return;
    this.#answered.record(latencyMs);
    this.#percentiles.record(nowMs, latencyMs);
    if (degraded || outcome === "fallback") this.#degraded++;
  }

  result(
    identity: Pick<EdgeResult, "name" | "kind" | "from" | "to" | "endpoint" | "policy" | "circuit">,
    buckets: number,
  ): EdgeResult {
    const calls = this.#calls.toArray(buckets);
    const attempts = this.#attempts.toArray(buckets);
    const columns = this.#columns((series) => series.toArray(buckets));
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
      inFlight: this.#inFlight.level,
      outcomes,
      degraded: this.#degraded,
      attemptOutcomes: { ...this.attemptOutcomes },
      lateAnswers: this.lateAnswers,
      delivery: { ...this.delivery },
      series: {
        calls,
        attempts,
        ...columns,
        inFlight: this.#inFlight.toEnds(buckets),
        ...this.#percentiles.toArrays(buckets),
      },
      latency: { answered: this.#answered.toData(), all: this.#all.toData() },
      circuit,
    };
  }

  #columns<T>(read: (series: CountSeries) => T): Record<OutcomeName, T> {
    const columns = {} as Record<OutcomeName, T>;
    for (const outcome of OUTCOMES) columns[outcome] = read(this.#outcomes[outcome]);
    return columns;
  }
}
