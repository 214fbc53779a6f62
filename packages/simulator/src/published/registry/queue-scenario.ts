import type { HistogramData, RunResult } from "@breakwater/metrics";
import type { Distribution, Scenario } from "@breakwater/scenario";

export const EXPONENTIAL: Distribution = { kind: "exponential", mean: "1s" };

export interface QueueOptions {
  /** Customers per second; their work has a mean of 1 s. */
  readonly rate: number;
  readonly workers: number;
  readonly work?: Distribution;
  /** Places to wait; unlimited unless set. */
  readonly capacity?: number;
  /** How many come on average. */
  readonly customers: number;
}

/**
 * One desk with a line. Beside the customers come probes: as many, with no work. A probe waits as long as a customer
 * who came then would (arrivals of a Poisson process see time averages), and keeps nobody waiting.
 */
export function queueScenario(options: QueueOptions): Scenario {
  const { rate, workers, work = EXPONENTIAL, capacity = "unlimited", customers } = options;
  const probes = capacity === "unlimited";
  return {
    duration: Math.round((customers / rate) * 1000),
    drain: "10h",
    bucket: Math.round((customers / rate) * 20),
    services: {
      desk: {
        workers,
        queue: { capacity },
        endpoints: { serve: { steps: [{ work }] }, look: { steps: [] } },
      },
    },
    load: {
      customers: { kind: "open", to: "desk", endpoint: "serve", rate },
      ...(probes ? { probes: { kind: "open", to: "desk", endpoint: "look", rate } } : {}),
    },
  };
}

const customers = ({ edges }: RunResult): HistogramData =>
  (edges[0] as RunResult["endToEnd"]).latency.answered;

/** The waiting times of the probes. */
export const waits = ({ edges }: RunResult): HistogramData =>
  (edges[1] as RunResult["endToEnd"]).latency.answered;

const meanS = ({ sumMs, count }: HistogramData): number => sumMs / count / 1000;

/** Mean time of a customer in the system, waiting and served, in seconds. */
export const timeS = (run: RunResult): number => meanS(customers(run));
export const times = customers;
export const waitS = (run: RunResult): number => meanS(waits(run));

/** Share of the probes that have to wait: longer than the microsecond that a histogram can tell. */
export function waitingShare(run: RunResult): number {
  const { bins, counts, count } = waits(run);
  return 1 - (bins[0] === 0 ? (counts[0] as number) : 0) / count;
}

/** Share of the customers that are turned away. */
export const turnedAway = ({ services: [desk] }: RunResult): number =>
  (desk?.rejected ?? 0) / (desk?.arrived ?? 1);
