import { samplerOf } from "@breakwater/scenario/plan";
import type { RandomStream } from "../../simulation/random-stream.ts";
import { Simulation } from "../../simulation/simulation.ts";

const CLIENTS = 100;
const CALLS_PER_S = 10;
const DURATION_MS = 10_000;
const MOST_RETRIES = 3;
const THRESHOLD = 0.1;

const network = samplerOf({ kind: "exponential", mean: "10ms" });
const gap = samplerOf({ kind: "exponential", mean: 1000 / CALLS_PER_S });

/**
 * Brooker's fourth strategy, which no policy of the toolkit has: a client retries up to three times, but not while more
 * than a tenth of all its attempts so far have failed. First tries always go out.
 */
export function retryBreaker(errorRate: number, seed: number) {
  const simulation = new Simulation({ seed });
  const totals = { calls: 0, attempts: 0, ok: 0 };

  function client(number: number): void {
    const random = simulation.random("client", number);
    let attempts = 0;
    let failures = 0;
    const mayRetry = () => failures <= THRESHOLD * attempts;

    function attempt(retries: number, of: RandomStream): void {
      totals.attempts++;
      attempts++;
      simulation.after(of.draw(network), () => {
        const ok = of.uniform() >= errorRate;
        simulation.after(of.draw(network), () => {
          if (ok) totals.ok++;
          else failures++;
          if (!ok && retries < MOST_RETRIES && mayRetry()) attempt(retries + 1, of);
        });
      });
    }

    function arrive(call: number): void {
      simulation.after(random.draw(gap), () => {
        if (simulation.nowMs > DURATION_MS) return;
        totals.calls++;
        attempt(0, simulation.random("call", number, call));
        arrive(call + 1);
      });
    }
    arrive(0);
  }

  for (let number = 0; number < CLIENTS; number++) client(number);
  simulation.run();
  return { success: totals.ok / totals.calls, load: totals.attempts / totals.calls };
}
