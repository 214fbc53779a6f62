import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ResolvedScenario, ResolvedService } from "@breakwater/scenario";
import { planEdges } from "@breakwater/scenario/plan";
import type { Guard } from "../processes/guard.ts";
import { untilReady } from "../processes/ready.ts";
import { ServiceProcess } from "../processes/service-process.ts";
import { createFaultProxies } from "../proxy/proxies.ts";
import type { FaultProxies, FaultProxy, Protocol } from "../proxy/types.ts";
import type { Tape } from "../record/recording.ts";
import { CONFIG_VARIABLE, type SyntheticConfig } from "../synthetic/protocol.ts";
import { commonMs } from "../synthetic/timing.ts";
import { askInFlight } from "./ask.ts";
import { type LivePlan, type PlannedInstance, protocolAt } from "./plan.ts";

export interface SystemSettings {
  readonly scenario: ResolvedScenario;
  /** The scenario as it was written. */
  readonly document: unknown;
  readonly seed: number;
  readonly plan: LivePlan;
  readonly guard: Guard;
  /** Commands run in folders relative to it. */
  readonly folder: string;
}

/** One instance of a service: its process, if it has one, and how it is reached. */
export interface LiveInstance {
  readonly planned: PlannedInstance;
  /** undefined where the service runs elsewhere. */
  readonly process: ServiceProcess | undefined;
}

/** Where a proxy leads to while its service has not said yet where it listens. */
const NOWHERE = "127.0.0.1:1";

/** The processes of a live run, and the proxies between them. */
export class LiveSystem {
  readonly instances: LiveInstance[] = [];
  readonly tapes: Tape[] = [];
  readonly protocols = new Map<string, Protocol>();
  readonly #settings: SystemSettings;
  readonly #folder: string;
  readonly #proxies: FaultProxies;
  /** Scheme and path of each instance's address, by its name. */
  readonly #urls = new Map<string, URL>();

  /** A process has ended by itself. */
  onDeath: (why: string) => void = () => {};

  constructor(settings: SystemSettings) {
    this.#settings = settings;
    this.#folder = mkdtempSync(join(tmpdir(), "breakwater-live-"));
    settings.guard.tell({ type: "folder", path: this.#folder });
    this.#proxies = createFaultProxies({ seed: settings.seed });
  }

  /** Callees first, each with its proxies. @throws LiveError when one does not get ready */
  async start(told: (line: string) => void): Promise<void> {
    for (const planned of this.#settings.plan.instances) {
      const process = planned.kind === "address" ? undefined : await this.#process(planned);
      const instance = { planned, process };
      this.instances.push(instance);
      if (process !== undefined) {
        process.onDeath = (why) => this.onDeath(why);
        await this.#begin(instance);
      } else {
        this.#urls.set(planned.name, new URL(planned.address));
      }
      await this.#connect(planned);
      told(`${planned.name} is ready at ${this.#urls.get(planned.name)?.href ?? planned.address}`);
    }
    // Those that were connected before it was known where they lead.
    for (const { planned } of this.instances) await this.#connect(planned);
  }

  /** Every way to a service, or to one instance of it, or from one caller only. */
  proxiesTo(service: string, instance: number | undefined, from: string | undefined): FaultProxy[] {
    return this.#settings.plan.links
      .filter((link) => link.to === service)
      .filter((link) => instance === undefined || link.instance === instance)
      .filter((link) => from === undefined || link.from === from)
      .flatMap(({ name }) => this.#proxies.get(name) ?? []);
  }

  instancesOf(service: string, instance: number | undefined): LiveInstance[] {
    return this.instances.filter(
      ({ planned }) =>
        planned.service === service && (instance === undefined || planned.instance === instance),
    );
  }

  /** Addresses of every service as this caller reaches it, by way of its proxies. */
  urlsFor(from: string): Record<string, string[]> {
    const urls: Record<string, string[]> = {};
    for (const { name, to, instance } of this.#settings.plan.links.filter((l) => l.from === from)) {
      const proxy = this.#proxies.get(name);
      if (proxy === undefined) continue;
      const own = this.#urls.get(nameOf(this.#settings.plan, to, instance));
      const url = new URL(own?.href ?? "http://127.0.0.1/");
      url.host = `${proxy.host}:${proxy.port}`;
      const list = urls[to] ?? [];
      list.push(`${url.protocol}//${url.host}`);
      urls[to] = list;
    }
    return urls;
  }

  async crash({ planned, process }: LiveInstance): Promise<void> {
    if (process === undefined) return;
    await process.crash();
    // Where nobody listens, connections are refused: the doors before it say the same.
    await this.#doors(planned, false);
    const tape = this.tapes.findLast(
      ({ service, instance }) => service === planned.service && instance === planned.instance,
    );
    if (tape !== undefined) tape.killedAtMs = commonMs();
  }

  async restart(instance: LiveInstance): Promise<void> {
    await this.#begin(instance);
    await this.#connect(instance.planned);
    await this.#doors(instance.planned, true);
  }

  async #doors({ service, instance }: PlannedInstance, enabled: boolean): Promise<void> {
    const proxies = this.proxiesTo(service, instance, undefined);
    await Promise.all(proxies.map((proxy) => proxy.update({ enabled })));
  }

  /** Requests that synthetic services still work on; Infinity while one does not answer. */
  async inFlight(withinMs: number): Promise<number> {
    const counts = this.instances.flatMap(({ planned, process }) =>
      planned.kind === "synthetic" && process !== undefined && process.url !== ""
        ? [askInFlight(process, withinMs)]
        : [],
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /** Ends every process and every proxy; what they wrote down stays until `clear`. */
  async stop(): Promise<void> {
    const stopping = this.instances.map(({ process }) => {
      if (process !== undefined) process.onDeath = () => {};
      return process?.stop();
    });
    await Promise.allSettled(stopping);
    await this.#proxies.close();
  }

  clear(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #process(planned: PlannedInstance): Promise<ServiceProcess> {
    const { scenario, folder, guard } = this.#settings;
    const { live } = scenario.services.find(({ name }) => name === planned.service) ?? {};
    await this.#prepareWays(planned.service);
    return new ServiceProcess({
      name: planned.name,
      command: planned.command,
      folder: resolve(folder, live?.folder ?? "."),
      env: live === undefined ? {} : this.#environment(planned, live),
      startWithinMs: live?.startWithinMs ?? 30_000,
      channel: planned.kind === "synthetic",
      guard,
      perStart: () => this.#newTape(planned),
    });
  }

  /** Proxies on every way out of a service, before it starts: it is told their addresses. */
  async #prepareWays(from: string): Promise<void> {
    for (const link of this.#settings.plan.links) {
      if (link.from === from) await this.#proxy(link.name, NOWHERE, "http");
    }
  }

  #environment(
    { service }: PlannedInstance,
    live: NonNullable<ResolvedService["live"]>,
  ): Record<string, string> {
    const urls = this.urlsFor(service);
    const told = Object.entries(live.urls).map(([variable, to]) => [variable, urls[to]?.[0] ?? ""]);
    const edges = planEdges(this.#settings.scenario).filter(({ from }) => from === service);
    const policies = Object.fromEntries(edges.map(({ call }) => [call.service, call.policy ?? {}]));
    return {
      BREAKWATER_POLICIES: JSON.stringify(policies),
      ...Object.fromEntries(told),
      ...live.env,
    };
  }

  /** Each start of a process writes into files of its own. */
  #newTape({ service, instance, kind }: PlannedInstance): Record<string, string> {
    const number = this.tapes.length;
    const factsFile = join(this.#folder, `${number}.facts.ndjson`);
    const workFile = join(this.#folder, `${number}.work.ndjson`);
    this.tapes.push({ service, instance, factsFile, workFile, killedAtMs: undefined });
    if (kind !== "synthetic") return { BREAKWATER_RECORD: factsFile };
    const { document, seed } = this.#settings;
    const urls = this.urlsFor(service);
    const files = { factsFile, workFile };
    const config: SyntheticConfig = { scenario: document, seed, service, instance, urls, ...files };
    const path = join(this.#folder, `${number}.config.json`);
    writeFileSync(path, JSON.stringify(config));
    return { [CONFIG_VARIABLE]: path };
  }

  async #begin({ planned, process }: LiveInstance): Promise<void> {
    if (process === undefined) return;
    await process.start();
    const url = new URL(process.url);
    this.#urls.set(planned.name, url);
    this.protocols.set(planned.service, protocolAt(url.href));
    if (url.protocol !== "http:") return;
    const service = this.#settings.scenario.services.find(({ name }) => name === planned.service);
    const ready = new URL(service?.live?.ready ?? "/health", url).href;
    await untilReady(planned.name, ready, service?.live?.startWithinMs ?? 30_000);
  }

  /** Has the proxies on every way to an instance lead to where it listens now. */
  async #connect({ name, service, instance }: PlannedInstance): Promise<void> {
    const url = this.#urls.get(name);
    if (url === undefined) return;
    const upstream = `${url.hostname}:${url.port}`;
    for (const link of this.#settings.plan.links) {
      if (link.to !== service || link.instance !== instance) continue;
      await this.#proxy(link.name, upstream, protocolAt(url.href));
    }
  }

  async #proxy(name: string, upstream: string, protocol: Protocol): Promise<void> {
    const known = this.#proxies.get(name);
    if (known === undefined) {
      await this.#proxies.create({ name, upstream, protocol });
    } else if (upstream !== NOWHERE && known.upstream !== upstream) {
      await known.update({ upstream });
    }
  }
}

function nameOf({ instances }: LivePlan, service: string, instance: number): string {
  const found = instances.find((each) => each.service === service && each.instance === instance);
  return found?.name ?? service;
}
