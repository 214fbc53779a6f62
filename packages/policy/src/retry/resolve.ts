import { filled } from "../options/fill.ts";
import type { ResolvedRetry } from "./machine.ts";
import type { RetryOptions } from "./options.ts";

export const BACKOFF = { kind: "exponential", base: "100ms", cap: "10s" } as const;
export const RETRY = { serverDelay: "respect", serverDelayCap: "60s" } as const;

export function resolveRetry(options: RetryOptions): ResolvedRetry {
  const { attempts, serverDelay, serverDelayCap } = filled(options, RETRY);
  const { kind, base, cap, factor, jitter: wanted } = filled(options.backoff, BACKOFF);
  const jitter = wanted ?? (kind === "decorrelated" ? kind : "full");
  return {
    attempts,
    kind,
    baseMs: base,
    capMs: cap,
    factor: factor ?? (jitter === "decorrelated" ? 3 : 2),
    jitter,
    respectServerDelay: serverDelay === "respect",
    serverDelayCapMs: serverDelayCap,
  };
}
