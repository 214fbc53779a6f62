import type { ServiceProcess } from "../processes/service-process.ts";
import type { FromSynthetic } from "../synthetic/protocol.ts";

/** How many requests a synthetic service has; Infinity when it does not say so in time. */
export function askInFlight(process: ServiceProcess, withinMs: number): Promise<number> {
  return new Promise((resolve) => {
    const off = process.onMessage((message) => done((message as FromSynthetic).inFlight));
    const timer = setTimeout(() => done(Number.POSITIVE_INFINITY), withinMs);
    const done = (count: number) => {
      clearTimeout(timer);
      off();
      resolve(count);
    };
    process.send({ type: "inFlight" });
  });
}
