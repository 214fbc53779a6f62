import { ProxyError } from "./errors.ts";
import { checkTtl } from "./fault.ts";
import { RunningProxy } from "./proxy.ts";
import type { FaultProxies, FaultProxiesOptions, FaultProxyOptions } from "./types.ts";

/** A set of fault proxies in this process. Nothing listens until one is created. */
export function createFaultProxies(options: FaultProxiesOptions = {}): FaultProxies {
  return new RunningProxies(options);
}

class RunningProxies implements FaultProxies {
  readonly seed: number;
  readonly #defaultTtlMs: number;
  readonly #maxProxies: number;
  readonly #maxFaults: number;
  readonly #proxies = new Map<string, RunningProxy>();
  /** Names that are being created, so that two at once cannot have the same. */
  readonly #coming = new Set<string>();

  constructor({
    seed = 0,
    defaultTtlMs = 0,
    maxProxies = 1_000,
    maxFaults = 100,
  }: FaultProxiesOptions) {
    this.seed = seed;
    this.#defaultTtlMs = checkTtl(defaultTtlMs);
    this.#maxProxies = maxProxies;
    this.#maxFaults = maxFaults;
  }

  async create(options: FaultProxyOptions): Promise<RunningProxy> {
    const proxy = this.#make(options);
    if (this.#proxies.has(proxy.name) || this.#coming.has(proxy.name)) {
      throw new ProxyError("proxy already exists", 409);
    }
    return await this.#add(proxy, options);
  }

  async populate(list: readonly FaultProxyOptions[]): Promise<RunningProxy[]> {
    // All are checked before the first is created.
    const wanted = list.map((options) => ({ options, proxy: this.#make(options) }));
    const found: RunningProxy[] = [];
    for (const { options, proxy } of wanted) {
      const before = this.#proxies.get(proxy.name);
      const same = before?.listensOn(options.listen) === true && before.upstream === proxy.upstream;
      if (before && !same) await this.remove(before.name);
      found.push(same ? before : await this.#add(proxy, options));
    }
    return found;
  }

  get(name: string): RunningProxy | undefined {
    return this.#proxies.get(name);
  }

  list(): RunningProxy[] {
    return [...this.#proxies.values()];
  }

  async remove(name: string): Promise<void> {
    const proxy = this.#proxies.get(name);
    if (proxy === undefined) throw new ProxyError("proxy not found", 404);
    this.#proxies.delete(name);
    await proxy.close();
  }

  async reset(): Promise<void> {
    for (const proxy of this.list()) await proxy.reset();
  }

  async close(): Promise<void> {
    const all = this.list();
    this.#proxies.clear();
    await Promise.all(all.map((proxy) => proxy.close()));
  }

  #make(options: FaultProxyOptions): RunningProxy {
    const settings = { defaultTtlMs: this.#defaultTtlMs, maxFaults: this.#maxFaults };
    return new RunningProxy(options, { ...settings, seed: this.seed });
  }

  async #add(
    proxy: RunningProxy,
    { enabled = true, faults = [] }: FaultProxyOptions,
  ): Promise<RunningProxy> {
    if (this.#proxies.size + this.#coming.size >= this.#maxProxies) {
      throw new ProxyError(`there are at most ${this.#maxProxies} proxies`, 400);
    }
    this.#coming.add(proxy.name);
    try {
      for (const fault of faults) await proxy.addFault(fault);
      await proxy.update({ enabled });
    } catch (error) {
      await proxy.close();
      throw error;
    } finally {
      this.#coming.delete(proxy.name);
    }
    this.#proxies.set(proxy.name, proxy);
    return proxy;
  }
}
