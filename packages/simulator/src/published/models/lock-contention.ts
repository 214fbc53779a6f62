import type { PolicyData } from "@breakwater/scenario";
import { samplerOf } from "@breakwater/scenario/plan";
import { Simulation } from "../../simulation/simulation.ts";

type Backoff = NonNullable<NonNullable<PolicyData["retry"]>["backoff"]>;

const growing = { kind: "exponential", base: "10ms", factor: 2, cap: "2s" } as const;

/** The five ways of waiting; the first ceiling of those that grow is 10 ms. */
export const BACKOFFS = {
  None: { kind: "constant", base: 0, jitter: "none" },
  Exponential: { ...growing, jitter: "none" },
  EqualJitter: { ...growing, jitter: "equal" },
  FullJitter: { ...growing, jitter: "full" },
  Decorrelated: { kind: "decorrelated", base: "5ms", cap: "2s" },
} satisfies Record<string, Backoff>;

/** One way over the network. */
const network = samplerOf({ kind: "normal", mean: "10ms", deviation: "2ms" });

/**
 * Clients that all want to change one row under an optimistic lock: read its version, write if it is still the same,
 * try again after a wait if it is not. Returns how many writes that took, and when the last client was done.
 */
export function lockContention(clients: number, backoff: Backoff, seed: number) {
  const simulation = new Simulation({ seed });
  let version = 0;
  const client = simulation.client({
    name: "writers",
    policy: { idempotent: true, retry: { attempts: 100, backoff } },
    attempt(attempt) {
      const way = () => attempt.random.draw(network);
      simulation.after(way(), () => {
        const read = version;
        simulation.after(way() + way(), () => {
          const won = version === read;
          if (won) version++;
          simulation.after(way(), () => attempt.answer(won));
        });
      });
    },
  });
  for (let i = 0; i < clients; i++) client.call();
  simulation.run();
  return { writes: client.attempts, doneMs: simulation.nowMs, changed: client.ended("ok") };
}
