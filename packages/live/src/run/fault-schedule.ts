import type { FaultSpan, RunEvent } from "@breakwater/metrics";
import { type CpuLimit, limitCpu } from "../processes/cpu-limit.ts";
import type { Guard } from "../processes/guard.ts";
import type { FaultProxy } from "../proxy/types.ts";
import { commonMs } from "../synthetic/timing.ts";
import type { PlannedFault } from "./plan.ts";
import type { LiveInstance, LiveSystem } from "./system.ts";

/** Proxies heal by themselves so long after the planned end, should nobody do it. */
const GRACE_MS = 2000;

interface InForce {
  readonly planned: PlannedFault;
  startedAtMs: number | undefined;
  endedAtMs: number | undefined;
  struck: number;
  heal: () => Promise<void>;
  /** A start of a process may take longer than the run. */
  healing: Promise<void> | undefined;
}

export interface ScheduleSettings {
  readonly system: LiveSystem;
  readonly guard: Guard;
  /** The run's start on the common clock. */
  readonly startedMs: number;
  /** The latest end of the run, from its start. */
  readonly mostMs: number;
  readonly told: (line: string) => void;
  readonly failed: (error: unknown) => void;
}

/** Strikes and heals the faults of a scenario at their times. */
export class FaultSchedule {
  readonly events: RunEvent[] = [];
  readonly notes: string[] = [];
  readonly #settings: ScheduleSettings;
  readonly #faults: readonly InForce[];
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  readonly #pauses = new Map<string, number>();

  constructor(faults: readonly PlannedFault[], settings: ScheduleSettings) {
    this.#settings = settings;
    this.#faults = faults.map((planned) => ({
      planned,
      startedAtMs: undefined,
      endedAtMs: undefined,
      struck: 0,
      heal: async () => {},
      healing: undefined,
    }));
  }

  /** Faults of the first moment are in force when it resolves; the others follow. */
  async start(): Promise<void> {
    for (const force of this.#faults) {
      const { atMs, endMs } = force.planned.fault;
      if (atMs <= 0) await this.#strike(force);
      else this.#at(atMs, () => this.#strike(force));
      if (endMs < this.#settings.mostMs) this.#at(endMs, () => this.#heal(force));
    }
  }

  /** Heals what is still in force. */
  async healAll(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const force of this.#faults) {
      if (force.startedAtMs !== undefined && force.endedAtMs === undefined) {
        await this.#heal(force);
      }
      await force.healing?.catch(this.#settings.failed);
    }
  }

  /**
   * @param inside requests struck inside synthetic services, by the fault's index
   * @param refusedAt when connections to each service were refused, in milliseconds from the start of the run
   */
  spans(
    inside: ReadonlyMap<number, number>,
    refusedAt: ReadonlyMap<string, readonly number[]>,
  ): FaultSpan[] {
    return this.#faults.map(({ planned, startedAtMs, endedAtMs, struck }) => {
      const { fault, target, index } = planned;
      const { name, kind, atMs, endMs } = fault;
      const ended = endMs < this.#settings.mostMs ? (endedAtMs ?? endMs) : null;
      const startMs = startedAtMs ?? atMs;
      const doors = planned.means.by === "down" ? (refusedAt.get(fault.service) ?? []) : [];
      const refused = doors.filter((at) => at >= startMs && at <= (ended ?? Infinity)).length;
      const total = struck + refused + (inside.get(index) ?? 0);
      return { name, kind, target, startMs, endMs: ended, struck: total };
    });
  }

  #at(atMs: number, action: () => Promise<void>): void {
    const run = () => void action().catch(this.#settings.failed);
    this.#timers.push(setTimeout(run, this.#settings.startedMs + atMs - commonMs()));
  }

  get #nowMs(): number {
    return Math.max(0, commonMs() - this.#settings.startedMs);
  }

  async #strike(force: InForce): Promise<void> {
    const { fault, means, target } = force.planned;
    force.startedAtMs = Math.max(fault.atMs, this.#nowMs);
    this.#told(force.startedAtMs, "faultStarted", fault.name, fault.kind);
    this.#settings.told(
      `${seconds(this.#nowMs)} applied: ${fault.kind} on ${target}: ${means.about}`,
    );
    await this.#apply(force);
  }

  async #heal(force: InForce): Promise<void> {
    if (force.endedAtMs !== undefined) return;
    force.endedAtMs = this.#nowMs;
    const { fault, target } = force.planned;
    this.#told(force.endedAtMs, "faultEnded", fault.name, fault.kind);
    force.healing = force.heal();
    await force.healing;
    this.#settings.told(`${seconds(this.#nowMs)} healed: ${fault.kind} on ${target}`);
  }

  async #apply(force: InForce): Promise<void> {
    const { system } = this.#settings;
    const { fault, means } = force.planned;
    const instances = system.instancesOf(fault.service, fault.instance);
    const proxies = system.proxiesTo(fault.service, fault.instance, fault.from);
    const ttlMs = Math.min(fault.endMs, this.#settings.mostMs) - this.#nowMs + GRACE_MS;
    if (means.by === "down") await closeDoors(force, proxies, ttlMs);
    else if (means.by === "proxy") await this.#addToProxies(force, proxies, ttlMs);
    else if (means.by === "inside") tellInside(force, instances);
    else if (means.by === "pause") this.#pause(force, instances);
    else if (means.by === "crash") await this.#crash(force, instances);
    else if (means.by === "cpu") this.#limit(force, instances);
  }

  async #addToProxies(
    force: InForce,
    proxies: readonly FaultProxy[],
    ttlMs: number,
  ): Promise<void> {
    const { index, means } = force.planned;
    const names: (readonly [FaultProxy, string])[] = [];
    for (const proxy of proxies) {
      for (const [part, spec] of means.specs.entries()) {
        const name = `fault-${index}-${part}`;
        await proxy.addFault({ ...spec, name, ttlMs });
        names.push([proxy, name]);
      }
    }
    force.heal = async () => {
      for (const [proxy, name] of names) {
        force.struck += proxy.fault(name)?.struck ?? 0;
        if (proxy.fault(name) !== undefined) await proxy.removeFault(name);
      }
    };
  }

  /** Two pauses may overlap: a process goes on when the last of them ends. */
  #pause(force: InForce, instances: readonly LiveInstance[]): void {
    force.struck += instances.length;
    for (const { planned, process } of instances) {
      const pauses = (this.#pauses.get(planned.name) ?? 0) + 1;
      this.#pauses.set(planned.name, pauses);
      if (pauses > 1) continue;
      process?.pause();
      this.#toldOf(planned, "instancePaused");
    }
    force.heal = async () => {
      for (const { planned, process } of instances) {
        const pauses = (this.#pauses.get(planned.name) ?? 1) - 1;
        this.#pauses.set(planned.name, pauses);
        if (pauses > 0) continue;
        process?.resume();
        this.#toldOf(planned, "instanceResumed");
      }
    };
  }

  async #crash(force: InForce, instances: readonly LiveInstance[]): Promise<void> {
    const { system } = this.#settings;
    const up = instances.filter(({ process }) => process?.url !== "");
    force.struck += instances.length;
    await Promise.all(up.map((instance) => system.crash(instance)));
    for (const { planned } of up) this.#toldOf(planned, "instanceCrashed");
    force.heal = async () => {
      await Promise.all(up.map((instance) => system.restart(instance)));
      for (const { planned } of up) this.#toldOf(planned, "instanceRestarted");
    };
  }

  #limit(force: InForce, instances: readonly LiveInstance[]): void {
    const { fault } = force.planned;
    const limits: CpuLimit[] = [];
    for (const { planned, process } of instances) {
      if (process?.pid === undefined) continue;
      const name = `breakwater-${process.pid}-${force.planned.index}`;
      const limit = limitCpu(name, process.pid, Math.max(0.05, 1 - fault.lose));
      if (typeof limit === "string") {
        this.notes.push(`fault ${fault.name} struck nothing at ${planned.name}: ${limit}`);
        this.#settings.told(`not applied: ${limit}`);
        continue;
      }
      this.#settings.guard.tell({ type: "cgroup", path: limit.path });
      limits.push(limit);
    }
    force.struck += limits.length;
    force.heal = async () => {
      for (const limit of limits) limit.remove();
    };
  }

  #toldOf({ service, name }: LiveInstance["planned"], type: RunEvent["type"]): void {
    const part = name === service ? "" : name.replace(/^.*\[(\d+)\]$/, "instance $1");
    this.events.push({ atMs: this.#nowMs, type, subject: service, part, reason: "" });
  }

  #told(atMs: number, type: RunEvent["type"], subject: string, reason: string): void {
    this.events.push({ atMs, type, subject, part: "", reason });
  }
}

async function closeDoors(
  force: InForce,
  proxies: readonly FaultProxy[],
  ttlMs: number,
): Promise<void> {
  await Promise.all(proxies.map((proxy) => proxy.update({ enabled: false, ttlMs })));
  force.heal = async () => {
    await Promise.all(proxies.map((proxy) => proxy.update({ enabled: true })));
  };
}

function tellInside(force: InForce, instances: readonly LiveInstance[]): void {
  const { index } = force.planned;
  for (const { process } of instances) process?.send({ type: "fault", index, on: true });
  force.heal = async () => {
    for (const { process } of instances) process?.send({ type: "fault", index, on: false });
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2).padStart(7)} s`;
}
