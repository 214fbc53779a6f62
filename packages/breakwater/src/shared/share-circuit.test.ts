import { describe, expect, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { type Fact, InvalidOptionsError, policy } from "../index.ts";
import { memoryStore, type SharedStore, shareCircuit, type Vote } from "../shared.ts";

const down = new Error("down");
const circuitBreaker = { window: { kind: "consecutive", failures: 2 }, openFor: "10s" } as const;

/** Processes that share one store and one clock. */
function cluster(count: number, store?: (clock: ManualClock) => SharedStore) {
  const clock = new ManualClock();
  const shared = (store ?? memoryStore)(clock);
  const errors: unknown[] = [];
  const processes = Array.from({ length: count }, (_, index) => {
    const subject = policy({ name: "stock", circuitBreaker }, { clock });
    const facts: Fact[] = [];
    subject.onFact((fact) => facts.push(fact));
    const onError = (error: unknown) => errors.push(error);
    const options = { store: shared, clock, processId: `p${index}`, onError };
    const sharing = shareCircuit(subject, options);
    const fail = async () => {
      for (let i = 0; i < 2; i++) await subject.runOutcome(() => Promise.reject(down));
    };
    const succeed = async () => (await subject.runOutcome(() => 1)).outcome;
    return { subject, sharing, facts, fail, succeed, state: () => subject.breaker?.state };
  });
  return { clock, processes, errors };
}

const states = (processes: { state(): unknown }[]) => processes.map((each) => each.state());

describe("a shared circuit", () => {
  it("opens everywhere when a quorum has it open, with a reason", async () => {
    const { clock, processes } = cluster(4);
    await processes[0]?.fail();
    await clock.advance(1000);
    expect(states(processes)).toEqual(["open", "closed", "closed", "closed"]);
    await processes[1]?.fail();
    await clock.advance(2000);
    expect(states(processes)).toEqual(["open", "open", "open", "open"]);
    const opened = processes[3]?.facts.find(({ type }) => type === "circuitOpened");
    expect(opened).toMatchObject({ reason: "2 of 4 processes have it open" });
    expect(processes[3]?.sharing).toMatchObject({ quorum: true, votes: { live: 4, open: 2 } });
  });

  it("is not opened by one sick process, however few there are", async () => {
    const { clock, processes } = cluster(2);
    await processes[0]?.fail();
    await clock.advance(60_000);
    expect(processes[1]?.state()).toBe("closed");
    expect(processes[1]?.sharing.votes).toEqual({ live: 2, open: 1 });
  });

  it("counts evidence alone: who was opened by others does not hold it open", async () => {
    const { clock, processes } = cluster(4);
    await processes[0]?.fail();
    await processes[1]?.fail();
    await clock.advance(2000);
    expect(processes[2]?.sharing.votes).toEqual({ live: 4, open: 2 });
    await clock.advance(10_000);
    for (const each of processes) expect(await each.succeed()).toBe("ok");
    await clock.advance(2000);
    expect(states(processes)).toEqual(["closed", "closed", "closed", "closed"]);
    expect(processes[2]?.sharing).toMatchObject({ quorum: false, votes: { live: 4, open: 0 } });
  });

  it("is opened once by a quorum; a process whose own trial went well stays closed", async () => {
    const { clock, processes } = cluster(4);
    await processes[0]?.fail();
    await processes[1]?.fail();
    await clock.advance(12_000);
    expect(await processes[2]?.succeed()).toBe("ok");
    await clock.advance(5000);
    expect(processes[2]?.state()).toBe("closed");
    expect(processes[2]?.sharing.quorum).toBe(true);
  });

  it("votes when its own trial failed after others had opened it", async () => {
    const { clock, processes } = cluster(4);
    await processes[0]?.fail();
    await processes[1]?.fail();
    await clock.advance(12_000);
    await processes[2]?.subject.runOutcome(() => Promise.reject(down));
    await clock.advance(2000);
    expect(processes[3]?.sharing.votes).toEqual({ live: 4, open: 3 });
  });

  it("does not vote with what was isolated by hand", async () => {
    const { clock, processes } = cluster(3);
    processes[0]?.subject.breaker?.isolate();
    await processes[1]?.fail();
    await clock.advance(3000);
    expect(processes[2]?.sharing.votes).toEqual({ live: 3, open: 1 });
  });

  it("forgets processes that are gone, at once when they say so", async () => {
    const { clock, processes } = cluster(4);
    await processes[0]?.fail();
    await processes[0]?.sharing.stop();
    await processes[0]?.sharing.stop();
    await clock.advance(1000);
    expect(processes[1]?.sharing.votes).toEqual({ live: 3, open: 0 });
    for (const each of processes) await each.sharing.stop();
    await clock.advance(1000);
    expect(clock.pending).toBe(0);
  });
});

describe("without the store", () => {
  it("each decides for itself, and is told once", async () => {
    let works = false;
    const { clock, processes, errors } = cluster(3, (clock) => {
      const store = memoryStore(clock);
      const check = () => {
        if (!works) throw new Error("connection refused");
      };
      return {
        publish: async (vote: Vote) => {
          check();
          await store.publish(vote);
        },
        read: async (name: string) => {
          check();
          return await store.read(name);
        },
      };
    });
    await processes[0]?.fail();
    await processes[1]?.fail();
    await clock.advance(5000);
    expect(states(processes)).toEqual(["open", "open", "closed"]);
    expect(processes[2]?.sharing.votes).toBeUndefined();
    expect(errors).toHaveLength(3);
    works = true;
    await clock.advance(3000);
    expect(processes[2]?.state()).toBe("open");
    works = false;
    await clock.advance(3000);
    expect(errors).toHaveLength(6);
  });

  it("waits for no answer longer than until the next exchange", async () => {
    const { clock, processes, errors } = cluster(1, () => ({
      publish: () => new Promise(() => {}),
      read: () => new Promise(() => {}),
    }));
    await clock.advance(10_000);
    expect(errors).toMatchObject([{ message: "the store has not answered within 1000 ms" }]);
    // The time for one exchange, or for the next.
    expect(clock.pending).toBe(1);
    const stopped = processes[0]?.sharing.stop();
    await clock.advance(2000);
    await stopped;
    expect(clock.pending).toBe(0);
  });

  it("believes no nonsense", async () => {
    const { clock, errors } = cluster(1, () => ({
      publish: async () => {},
      read: async () => ({ live: 1, open: 2 }),
    }));
    await clock.advance(10);
    expect(errors).toMatchObject([{ message: "the store counts 2 open of 1 live processes" }]);
  });
});

describe("votes in memory", () => {
  it("expire", async () => {
    const clock = new ManualClock();
    const store = memoryStore(clock);
    await store.publish({ name: "a", processId: "p", open: true, ttlMs: 100 });
    await clock.advance(99);
    expect(await store.read("a")).toEqual({ live: 1, open: 1 });
    expect(await store.read("b")).toEqual({ live: 0, open: 0 });
    await clock.advance(1);
    expect(await store.read("a")).toEqual({ live: 0, open: 0 });
  });
});

it.each([
  [{ every: "0ms" }, "every"],
  [{ every: "5s", ttl: "5s" }, "ttl"],
  [{ quorum: { minimum: 1 } }, "quorum.minimum"],
  [{ quorum: { share: 0 } }, "quorum.share"],
  [{ name: "" }, "name"],
])("refuses %j", (options, path) => {
  const store = memoryStore(new ManualClock());
  const subject = policy({ name: "stock", circuitBreaker });
  expect(() => shareCircuit(subject, { store, ...options })).toThrow(InvalidOptionsError);
  expect(() => shareCircuit(subject, { store, ...options })).toThrow(path);
});

it("refuses a policy without a circuit", () => {
  const store = memoryStore(new ManualClock());
  expect(() => shareCircuit(policy({ name: "stock" }), { store })).toThrow("circuit breaker");
});
