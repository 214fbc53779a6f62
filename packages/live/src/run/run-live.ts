/**
 * A live run: starts the processes of a scenario, puts fault proxies in between, plays the load and the faults in
 * real time, writes down what happens, and leaves nothing behind, however it ends.
 */
import type { RunEvent, RunResult } from "@breakwater/metrics";
import type { Fact } from "@breakwater/policy";
import type { ResolvedScenario } from "@breakwater/scenario";
import { derive, nameWord, seedKey } from "@breakwater/scenario/plan";
import { Customers } from "../load/customer.ts";
import { edgesOf } from "../load/edges-of.ts";
import { Lateness, tooLate } from "../load/lateness.ts";
import { makeSource, type Source } from "../load/sources.ts";
import { Guard } from "../processes/guard.ts";
import { LiveError } from "../processes/live-error.ts";
import { FactReader } from "../record/fact-reader.ts";
import { type LoadFacts, liveResult } from "../record/live-result.ts";
import { eventsOfLoads, refusedAt } from "../record/load-events.ts";
import { readTapes } from "../record/recording.ts";
import type { EdgeEvent } from "../record/timeline.ts";
import { commonMs, sleep } from "../synthetic/timing.ts";
import { FaultSchedule } from "./fault-schedule.ts";
import { notSentNotes, silentNotes } from "./notes.ts";
import { orAborted } from "./or-aborted.ts";
import { type LivePlan, planLive } from "./plan.ts";
import { LiveSystem } from "./system.ts";

export interface LiveOptions {
  readonly scenario: ResolvedScenario;
  /** The scenario as it was written, for the processes to read. */
  readonly document: unknown;
  /** Commands of services run in folders relative to it. */
  readonly folder: string;
  /** The version that stands in the result. */
  readonly engine: string;
  /** The run is refused when its own load was later than this at the 99th percentile; milliseconds. */
  readonly mostLateMs: number;
  /** Calls that may be under way at the same time, per load. */
  readonly mostInFlight: number;
  /** Hears of every step, in words. */
  readonly told: (line: string) => void;
  /** Ends the run early: everything is healed and stopped, and it rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** A run's result, and what happened on each of its edges. */
export interface Recorded {
  readonly result: RunResult;
  readonly events: ReadonlyMap<string, readonly EdgeEvent[]>;
}

/** @throws LiveError when something did not start, died, or when the load was late; the signal's reason */
export async function runLive(options: LiveOptions): Promise<RunResult> {
  return (await runLiveRecorded(options)).result;
}

/** The same, with everything that was recorded. */
export async function runLiveRecorded(options: LiveOptions): Promise<Recorded> {
  const { scenario, document, folder, told, signal } = options;
  const plan = planLive(scenario);
  const guard = await Guard.start();
  const system = new LiveSystem({ scenario, document, seed: scenario.seed, plan, guard, folder });
  const trouble = new AbortController();
  const end = AbortSignal.any([signal, trouble.signal]);
  system.onDeath = (why) => trouble.abort(new LiveError(why));
  try {
    await orAborted(end, system.start(told));
    const play = new Play(options, planLive(scenario, system.protocols), system, guard, trouble);
    return await play.run(end);
  } finally {
    await system.stop();
    system.clear();
    await guard.dismiss();
    told("everything is healed and stopped");
  }
}

/** The part of a run in which time counts. */
class Play {
  readonly #options: LiveOptions;
  readonly #plan: LivePlan;
  readonly #system: LiveSystem;
  readonly #guard: Guard;
  readonly #trouble: AbortController;
  readonly #over = new AbortController();
  readonly #lateness = new Lateness();
  readonly #startedMs = commonMs() + 50;
  readonly #loads: {
    readonly load: string;
    readonly customers: Customers;
    readonly events: EdgeEvent[];
  }[];
  readonly #sources: readonly Source[];

  constructor(
    options: LiveOptions,
    plan: LivePlan,
    system: LiveSystem,
    guard: Guard,
    trouble: AbortController,
  ) {
    this.#options = options;
    this.#plan = plan;
    this.#system = system;
    this.#guard = guard;
    this.#trouble = trouble;
    const { scenario } = options;
    this.#loads = scenario.load.map(({ name }) => this.#customers(name));
    const root = seedKey(scenario.seed);
    this.#sources = scenario.load.map((load, index) => {
      const customers = this.#loads[index]?.customers as Customers;
      return makeSource(load, {
        root,
        startedMs: this.#startedMs,
        customers,
        lateness: this.#lateness,
      });
    });
  }

  async run(end: AbortSignal): Promise<Recorded> {
    const { scenario, told, mostLateMs } = this.#options;
    const { durationMs, drainMs } = scenario;
    const schedule = new FaultSchedule(this.#plan.faults, {
      system: this.#system,
      guard: this.#guard,
      startedMs: this.#startedMs,
      mostMs: durationMs + drainMs,
      told,
      failed: (error) => this.#trouble.abort(error),
    });
    try {
      await orAborted(end, schedule.start());
      this.#lateness.start();
      told(`   0.00 s the load begins: ${durationMs / 1000} s`);
      for (const source of this.#sources) source.start();
      await this.#until(durationMs, end);
      told(`${(durationMs / 1000).toFixed(2).padStart(7)} s the load ends`);
      this.#lateness.stop();
      const drained = await this.#drain(end);
      const endedAtMs = Math.max(durationMs, commonMs() - this.#startedMs);
      this.#over.abort();
      await schedule.healAll();
      await this.#system.stop();
      const lateMs = this.#lateness.percentile(99);
      if (lateMs > mostLateMs) throw new LiveError(tooLate(lateMs, mostLateMs));
      return this.#result(schedule, endedAtMs, drained);
    } finally {
      this.#over.abort();
      for (const source of this.#sources) source.stop();
      this.#lateness.stop();
      for (const { customers } of this.#loads) customers.edge.close();
      await schedule.healAll();
    }
  }

  async #until(atMs: number, end: AbortSignal): Promise<void> {
    const leftMs = this.#startedMs + atMs - commonMs();
    if (leftMs > 0) await sleep(leftMs, end);
    end.throwIfAborted();
  }

  /** Waits until nothing is under way. Resolves to whether that came in time. */
  async #drain(end: AbortSignal): Promise<boolean> {
    const { durationMs, drainMs } = this.#options.scenario;
    const deadlineMs = this.#startedMs + durationMs + drainMs;
    let quietBefore = false;
    for (;;) {
      const calls = this.#loads.reduce((sum, { customers }) => sum + customers.inFlight, 0);
      const quiet = calls === 0 && (await this.#system.inFlight(500)) === 0;
      // Twice in a row: a request may be between two services as they are asked.
      if (quiet && quietBefore) return true;
      quietBefore = quiet;
      if (commonMs() >= deadlineMs) return quiet;
      await sleep(Math.min(25, deadlineMs - commonMs()), end);
      end.throwIfAborted();
    }
  }

  #customers(load: string) {
    const { scenario, mostInFlight } = this.#options;
    const edges = edgesOf(
      scenario,
      load,
      {
        root: derive(seedKey(scenario.seed), nameWord(`customers ${load}`)),
        urls: this.#system.urlsFor(load),
        tell: (_, what) => {
          // Whether an answer was degraded, each call says for itself.
          if (what === "refused")
            events.push({ atMs: Math.max(0, commonMs() - this.#startedMs), is: what });
        },
      },
      "load",
    );
    const [edge] = edges.values();
    if (edge === undefined) throw new RangeError(`the load ${load} has no edge`);
    const events: EdgeEvent[] = [];
    const offsetMs = commonMs() - performance.now() - this.#startedMs;
    const reader = new FactReader(0, (event) => {
      if (!this.#over.signal.aborted) events.push(event);
    });
    for (const policy of edge.policies) {
      policy.onFact((fact) =>
        reader.hear({ ...fact, atMs: Math.max(0, fact.atMs + offsetMs) } as Fact),
      );
    }
    return { load, customers: new Customers(edge, mostInFlight, this.#over.signal), events };
  }

  #result(schedule: FaultSchedule, endedAtMs: number, drained: boolean): Recorded {
    const { scenario, engine } = this.#options;
    const recording = readTapes(scenario, this.#system.tapes, this.#startedMs);
    const loads: LoadFacts[] = this.#loads.map(({ load, customers, events }) => ({
      load,
      ended: customers.ended,
      open: [...customers.open],
      events,
    }));
    const { durationMs: atMs, name: subject } = scenario;
    const loadEnded: RunEvent = { atMs, type: "loadEnded", subject, part: "", reason: "" };
    const notSent = this.#loads.reduce((sum, { customers }) => sum + customers.refused, 0);
    const result = liveResult({
      scenario,
      seed: scenario.seed,
      engine,
      startedMs: this.#startedMs,
      endedAtMs,
      drained,
      loads,
      recording,
      faults: schedule.spans(recording.struck, refusedAt(scenario, recording, loads)),
      events: [...schedule.events, loadEnded],
      live: {
        latenessP99Ms: this.#lateness.percentile(99),
        latenessMaxMs: this.#lateness.percentile(100),
        notSent,
        notes: [
          ...this.#plan.notes,
          ...schedule.notes,
          ...silentNotes(scenario, recording.events),
          ...notSentNotes(notSent),
        ],
      },
    });
    return { result, events: new Map([...recording.events, ...eventsOfLoads(scenario, loads)]) };
  }
}
