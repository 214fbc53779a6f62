import { LiveError } from "./live-error.ts";

const EVERY_MS = 50;

/** Resolves when a GET of the address is answered with 200. @throws LiveError when it was not in time */
export async function untilReady(name: string, address: string, withinMs: number): Promise<void> {
  const startedMs = performance.now();
  let last = "no answer";
  while (performance.now() - startedMs < withinMs) {
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(2000) });
      await response.body?.cancel();
      if (response.status === 200) return;
      last = `status ${response.status}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  throw new LiveError(`${name} was not ready within ${withinMs / 1000} s: ${address}: ${last}`);
}
