import { independentFailures } from "@breakwater/scenario";
import { mean, simulate, table } from "./simulate.ts";

const ATTEMPTS = 4;
const ERROR_RATES = [0.01, 0.05, 0.1, 0.2, 0.5, 0.75, 1];

/** Success and load with three retries, in closed form and in a run of 100 s. */
export function publishedRetries(): string {
  const rows = ERROR_RATES.map((errorRate) => {
    const success = 1 - errorRate ** ATTEMPTS;
    const load = errorRate === 1 ? ATTEMPTS : success / (1 - errorRate);
    const runs = simulate(independentFailures({ errorRate, attempts: ATTEMPTS, duration: "100s" }));
    return [
      `${errorRate}`,
      success.toFixed(4),
      mean(runs, ({ summary }) => summary.successRate).toFixed(4),
      load.toFixed(3),
      mean(runs, ({ endToEnd }) => endToEnd.attempts / endToEnd.calls).toFixed(3),
    ];
  });
  const head = ["f", "Success, formula", "Success, ours", "Load, formula", "Load, ours"];
  return table(head, rows);
}
