import { vi } from "vitest";

/** What scripts use of opossum and of its drop-in; the real opossum has no types of its own. */
export interface Breaker {
  readonly name: string;
  readonly group: string;
  readonly opened: boolean;
  readonly closed: boolean;
  readonly halfOpen: boolean;
  readonly pendingClose: boolean;
  readonly warmUp: boolean;
  readonly enabled: boolean;
  readonly isShutdown: boolean;
  readonly volumeThreshold: number;
  readonly stats: object;
  readonly status: {
    readonly window: unknown[];
    // biome-ignore lint/suspicious/noExplicitAny: one signature for every event
    on(event: string, listener: (...args: any[]) => void): unknown;
  };
  fire(...args: unknown[]): Promise<unknown>;
  call(context: unknown, ...args: unknown[]): Promise<unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: the arguments of any action
  fallback(standIn: (...args: any[]) => unknown): Breaker;
  // biome-ignore lint/suspicious/noExplicitAny: one signature for every event
  on(event: string, listener: (...args: any[]) => void): unknown;
  once(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  healthCheck(check: () => Promise<unknown>, intervalMs?: number): void;
  getSignal(): AbortSignal | undefined;
  clearCache(): void;
  open(): void;
  close(): void;
  enable(): void;
  disable(): void;
  shutdown(): void;
}

export interface Make {
  new (action: unknown, options?: object): Breaker;
  newStatus(options: object): object;
  isOurError(error: unknown): boolean;
}

const EVENTS = [
  ...["fire", "success", "failure", "timeout", "reject", "open", "halfOpen", "close", "fallback"],
  ...["semaphoreLocked", "healthCheckFailed", "shutdown"],
  ...["cacheHit", "cacheMiss", "coalesceCacheHit", "coalesceCacheMiss"],
];

/** Writes down every event of a breaker, with what its listeners are given. */
export function observe(breaker: Breaker, log: unknown[]): Breaker {
  for (const event of EVENTS) {
    breaker.on(event, (...args: unknown[]) => log.push([event, ...args.map(plain)]));
  }
  return breaker;
}

/** Time passes, in virtual time, with everything that is due on the way. */
export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** What an action does that takes its time. */
export function takes(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** How a call ended, in plain data. */
export async function settled(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => ["resolved", plain(value)],
    (error) => ["rejected", plain(error)],
  );
}

/** Errors as what users see of them; promises, which two implementations need not wrap alike, as a word. */
function plain(value: unknown): unknown {
  if (value instanceof Promise) return "a promise";
  if (!(value instanceof Error)) return value;
  const { name, message, code } = value as Error & { code?: string };
  return { name, message, code };
}
