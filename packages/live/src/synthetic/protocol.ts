import type { Key } from "@breakwater/scenario/plan";

/** What the tool tells a synthetic service as it starts, in the file that BREAKWATER_SYNTHETIC names. */
export interface SyntheticConfig {
  /** The scenario's document; each process resolves it for itself. */
  readonly scenario: unknown;
  readonly seed: number;
  readonly service: string;
  readonly instance: number;
  /** By the service that is called: where its instances are reached, in order. */
  readonly urls: Readonly<Record<string, readonly string[]>>;
  /** Where facts about calls go, and what happens to requests. */
  readonly factsFile: string;
  readonly workFile: string;
}

export const CONFIG_VARIABLE = "BREAKWATER_SYNTHETIC";

/** Messages to a synthetic service, over the channel that Node gives to child processes. */
export type ToSynthetic =
  | { readonly type: "fault"; readonly index: number; readonly on: boolean }
  | { readonly type: "inFlight" };

export interface FromSynthetic {
  readonly type: "inFlight";
  readonly inFlight: number;
}

/** What happens to requests, as lines in the work file. `atMs` is since 1970, on the clock of all processes. */
export type WorkLine = { readonly atMs: number } & (
  | { readonly is: "arrived"; readonly edge: string }
  | { readonly is: "queue" | "busy"; readonly by: number }
  | {
      readonly is: "ok" | "failed" | "rejected" | "dropped";
      readonly abandoned: boolean;
      readonly heldMs: number;
    }
  | { readonly is: "struck"; readonly fault: number }
  | { readonly is: "refused" | "degraded"; readonly edge: string }
);

/** Headers by which synthetic services and the load tell each other what the simulator knows by itself. */
export const HEADER = {
  /** The key of the call, so that the same request draws the same work as in the simulator. */
  key: "x-breakwater-key",
  attempt: "x-breakwater-attempt",
  /** Services that the chain of calls has passed through. */
  depth: "x-breakwater-depth",
  edge: "x-breakwater-edge",
  /** On answers: a part is missing, or stands in for the real one. */
  degraded: "x-breakwater-degraded",
} as const;

export function keyText({ hi, lo }: Key): string {
  return `${hi | 0}.${lo | 0}`;
}

/** undefined for anything that is no key. */
export function readKey(text: string | undefined): Key | undefined {
  const match = /^(-?\d{1,10})\.(-?\d{1,10})$/.exec(text ?? "");
  return match === null ? undefined : { hi: Number(match[1]) | 0, lo: Number(match[2]) | 0 };
}

/** Where a synthetic service is asked for an endpoint; /health is not an endpoint's path. */
export function endpointPath(endpoint: string): string {
  return `/endpoint/${encodeURIComponent(endpoint)}`;
}
