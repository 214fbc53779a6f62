import { EventEmitter } from "node:events";
import { warnOfListenerError } from "../driver/fact-listeners.ts";
import type { BreakerError } from "./errors.ts";

/** Every event with what its listeners are given. Latencies are in milliseconds. */
export type Events<TI extends unknown[] = unknown[], TR = unknown> = {
  fire: [args: TI];
  /** The answer; or the error, where `errorFilter` lets it pass as a success. */
  success: [result: TR, latencyMs: number];
  failure: [error: unknown, latencyMs: number, args: TI];
  timeout: [error: BreakerError, latencyMs: number, args: TI];
  reject: [error: BreakerError];
  semaphoreLocked: [error: BreakerError, latencyMs: number];
  fallback: [result: unknown, error: unknown];
  open: [];
  halfOpen: [resetTimeoutMs: number];
  close: [];
  shutdown: [];
  healthCheckFailed: [error: unknown];
  cacheHit: [];
  cacheMiss: [];
  coalesceCacheHit: [];
  coalesceCacheMiss: [];
};

type Listener = (...args: unknown[]) => unknown;

/**
 * An emitter whose listeners disturb nobody: one that throws fails no call, keeps no other listener from hearing of
 * the event, and becomes a warning of the process.
 */
export class QuietEmitter<
  T extends Record<keyof T, unknown[]> = Record<string, unknown[]>,
> extends EventEmitter<T> {
  override emit(event: never, ...args: never): boolean;
  override emit(event: string, ...args: unknown[]): boolean {
    const listeners = (this as EventEmitter).rawListeners(event) as Listener[];
    for (const listener of listeners) {
      try {
        listener.apply(this, args);
      } catch (error) {
        warnOfListenerError(error);
      }
    }
    return listeners.length > 0;
  }
}
