import type { Clock } from "../clock/clock.ts";

/** What a process says about a circuit: it is alive, and whether its own evidence has the circuit open. */
export interface Vote {
  /** Which circuit. */
  readonly name: string;
  readonly processId: string;
  readonly open: boolean;
  /** The store forgets the vote after so long; at once with 0. */
  readonly ttlMs: number;
}

export interface VoteCount {
  /** Processes whose vote has not expired. */
  readonly live: number;
  /** Those of them that have the circuit open. */
  readonly open: number;
}

/** Where processes leave their votes. Both may fail, and may take their time: nobody waits for them. */
export interface SharedStore {
  publish(vote: Vote): Promise<void>;
  read(name: string): Promise<VoteCount>;
}

/** No circuit is shared by more processes than this; the votes that would expire first are dropped. */
export const MOST_PROCESSES = 10_000;

/** Within one process: for tests, and for several policies that guard the same dependency. */
export function memoryStore(clock: Pick<Clock, "now">): SharedStore {
  const circuits = new Map<
    string,
    Map<string, { readonly open: boolean; readonly endMs: number }>
  >();
  const votesOf = (name: string) => {
    const votes = circuits.get(name) ?? new Map<string, never>();
    circuits.set(name, votes);
    for (const [id, { endMs }] of votes) if (endMs <= clock.now()) votes.delete(id);
    return votes;
  };
  return {
    async publish({ name, processId, open, ttlMs }) {
      const votes = votesOf(name);
      votes.delete(processId);
      if (votes.size >= MOST_PROCESSES) votes.delete(votes.keys().next().value as string);
      if (ttlMs > 0) votes.set(processId, { open, endMs: clock.now() + ttlMs });
    },
    async read(name) {
      const votes = [...votesOf(name).values()];
      return { live: votes.length, open: votes.filter(({ open }) => open).length };
    },
  };
}
