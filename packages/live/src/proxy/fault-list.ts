import { Alarm } from "./alarm.ts";
import { ProxyError } from "./errors.ts";
import { checkTtl, Fault, type FaultInput } from "./fault.ts";

export interface FaultListSettings {
  readonly defaultTtlMs: number;
  readonly maxFaults: number;
  /** Faults came or went, or strike others than before. */
  readonly changed: () => Promise<void>;
  /** A fault's attributes changed. */
  readonly adjusted: (fault: Fault) => void;
}

const RETRY_MS = 200;

/** The faults of one proxy, in the order in which they were added. */
export class FaultList {
  #faults: readonly Fault[] = [];
  readonly #again = new Alarm();
  readonly #settings: FaultListSettings;

  constructor(settings: FaultListSettings) {
    this.#settings = settings;
  }

  get all(): readonly Fault[] {
    return this.#faults;
  }

  find(name: string): Fault | undefined {
    return this.#faults.find((fault) => fault.name === name);
  }

  async add(input: FaultInput): Promise<Fault> {
    const fault = new Fault(input);
    const ttlMs = checkTtl(input.ttlMs ?? this.#settings.defaultTtlMs);
    if (this.find(fault.name)) throw new ProxyError("toxic already exists", 409);
    if (this.#faults.length >= this.#settings.maxFaults) {
      throw new ProxyError(`a proxy has at most ${this.#settings.maxFaults} toxics`, 400);
    }
    this.#faults = [...this.#faults, fault];
    fault.expire(ttlMs, () => this.#heal(fault));
    await this.#settings.changed();
    return fault;
  }

  async update(name: string, input: FaultInput): Promise<Fault> {
    const fault = this.#known(name);
    const ttlMs = input.ttlMs === undefined ? undefined : checkTtl(input.ttlMs);
    fault.change(input);
    if (ttlMs !== undefined) fault.expire(ttlMs, () => this.#heal(fault));
    this.#settings.adjusted(fault);
    await this.#settings.changed();
    return fault;
  }

  async remove(name: string): Promise<void> {
    await this.#drop(this.#known(name));
  }

  async clear(): Promise<void> {
    this.#again.clear();
    for (const fault of this.#faults) fault.stop();
    this.#faults = [];
    await this.#settings.changed();
  }

  /** Nobody is there to be told that the port cannot be had back: it is tried until it can. */
  #heal(fault: Fault): void {
    const retry = (): void => {
      this.#again.set(RETRY_MS, () => void this.#settings.changed().catch(retry));
    };
    this.#drop(fault).catch(retry);
  }

  async #drop(gone: Fault): Promise<void> {
    gone.stop();
    this.#faults = this.#faults.filter((fault) => fault !== gone);
    await this.#settings.changed();
  }

  #known(name: string): Fault {
    const fault = this.find(name);
    if (fault === undefined) throw new ProxyError("toxic not found", 404);
    return fault;
  }
}
