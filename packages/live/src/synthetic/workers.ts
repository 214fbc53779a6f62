/** Whoever needs a worker. */
export interface Job {
  /** A worker is there: its number, from 0. */
  begin(worker: number): void;
  /** Its turn has come, but nobody waits for it any more; true to leave it out. */
  readonly dropped: () => boolean;
}

export interface WorkersOptions {
  readonly workers: number;
  readonly queueCapacity: number;
  readonly queueOrder: "fifo" | "lifo";
  /** Told of every change. */
  readonly queueChanged: (by: number) => void;
  readonly busyChanged: (by: number) => void;
}

/** The workers of one instance, and the line of those who wait for one. */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #idle: number[] = [];
  readonly #queue: Job[] = [];
  #busy = 0;
  #lost: readonly number[] = [];

  constructor(options: WorkersOptions) {
    this.#options = options;
    if (options.workers === Infinity) return;
    for (let worker = options.workers - 1; worker >= 0; worker--) this.#idle.push(worker);
  }

  get busy(): number {
    return this.#busy;
  }

  /** Workers that there are at the moment. */
  get #capacity(): number {
    const left = 1 - this.#lost.reduce((sum, share) => sum + share, 0);
    const { workers } = this.#options;
    return left <= 0 ? 0 : Math.ceil(workers * left - 1e-9);
  }

  /** Begins the job, or lets it wait. False when there is no room. */
  offer(job: Job, inFront: boolean): boolean {
    if (this.#busy < this.#capacity && this.#queue.length === 0) {
      this.#begin(job);
      return true;
    }
    if (this.#queue.length >= this.#options.queueCapacity) return false;
    this.#wait(job, inFront && this.#options.queueOrder === "fifo");
    return true;
  }

  /** The same for a request that is already in the house: there is always room. */
  again(job: Job): void {
    if (this.#busy < this.#capacity && this.#queue.length === 0) this.#begin(job);
    else this.#wait(job, false);
  }

  free(worker: number): void {
    if (this.#options.workers < Infinity) this.#idle.push(worker);
    this.#busy--;
    this.#options.busyChanged(-1);
    this.#dispatch();
  }

  loseShare(share: number): void {
    this.#lost = [...this.#lost, share];
  }

  regainShare(share: number): void {
    const index = this.#lost.indexOf(share);
    if (index < 0) return;
    this.#lost = this.#lost.toSpliced(index, 1);
    this.#dispatch();
  }

  #wait(job: Job, inFront: boolean): void {
    if (inFront) this.#queue.unshift(job);
    else this.#queue.push(job);
    this.#options.queueChanged(1);
  }

  #begin(job: Job): void {
    this.#busy++;
    this.#options.busyChanged(1);
    job.begin(this.#idle.pop() ?? 0);
  }

  #dispatch(): void {
    while (this.#queue.length > 0 && this.#busy < this.#capacity) {
      const job = this.#options.queueOrder === "lifo" ? this.#queue.pop() : this.#queue.shift();
      this.#options.queueChanged(-1);
      if (job !== undefined && !job.dropped()) this.#begin(job);
    }
  }
}
