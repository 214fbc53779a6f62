import { type KernelEvent, NOT_QUEUED } from "../kernel/event-queue.ts";

class Later implements KernelEvent {
  queueIndex: number = NOT_QUEUED;
  readonly #action: (nowMs: number) => void;

  constructor(action: (nowMs: number) => void) {
    this.#action = action;
  }

  fire(nowMs: number): void {
    this.#action(nowMs);
  }
}

/** An event made of a function, for what happens rarely enough. */
export function later(action: (nowMs: number) => void): KernelEvent {
  return new Later(action);
}
