/**
 * Virtual time for models that no scenario can describe: an optimistic lock, a protocol of one's own. The model is
 * plain code; this gives it a clock, random numbers by name, and clients that keep to a policy.
 */
import { derive, type Key, nameWord, seedKey } from "@breakwater/scenario/plan";
import { Alarm } from "../kernel/event-queue.ts";
import { Kernel } from "../kernel/kernel.ts";
import { Client, type ClientOptions } from "./client.ts";
import { RandomStream } from "./random-stream.ts";

export interface SimulationOptions {
  /** Every random number follows from it: a whole number from 0 to 2^32 - 1; 1 unless set. */
  readonly seed?: number;
}

export class Simulation {
  readonly #kernel = new Kernel();
  readonly #key: Key;

  /** @throws RangeError for a seed that is none */
  constructor({ seed = 1 }: SimulationOptions = {}) {
    if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
      throw new RangeError(`seed is ${seed}; give a whole number from 0 to 4294967295`);
    }
    this.#key = seedKey(seed);
  }

  /** Milliseconds since the start. */
  get nowMs(): number {
    return this.#kernel.nowMs;
  }

  /** Events that have happened. */
  get events(): number {
    return this.#kernel.fired;
  }

  /**
   * Does something after `delayMs`. Things due at the same time happen in the order in which they were planned. The
   * alarm that it returns can be cancelled.
   * @throws RangeError for a delay below 0 or one that is not a number
   */
  after(delayMs: number, action: () => void): Alarm {
    const alarm = new Alarm({ fire: action });
    this.#kernel.after(delayMs, alarm);
    return alarm;
  }

  /** Nothing happens when the alarm has rung already. */
  cancel(alarm: Alarm): void {
    this.#kernel.cancel(alarm);
  }

  /** Random numbers for what these words name: `random("network", 7)`. The same words give the same numbers again. */
  random(...words: readonly (string | number)[]): RandomStream {
    const wordOf = (word: string | number) => nameWord(`${typeof word} ${word}`);
    return new RandomStream(words.reduce((key: Key, word) => derive(key, wordOf(word)), this.#key));
  }

  /**
   * Somebody who makes calls under a policy.
   * @throws InvalidOptionsError for a policy that is not valid
   */
  client(options: ClientOptions): Client {
    const key = derive(this.#key, nameWord(`client ${options.name}`));
    return new Client(this.#kernel, key, options);
  }

  /**
   * Lets everything happen that is due up to and including `untilMs`; everything there is unless set.
   * @throws TimeStandsStillError where infinitely much happens at one moment
   */
  run(untilMs: number = Number.POSITIVE_INFINITY): void {
    this.#kernel.run(untilMs);
  }
}
