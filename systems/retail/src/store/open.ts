import type { Measurable } from "breakwater/prometheus";
import type { Config } from "../config.ts";
import { mongoStore } from "./mongo.ts";
import { sqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";

/** A store that is away is given up on soon, and asked again soon. */
const STORE = {
  timeout: "2s",
  circuitBreaker: { window: { kind: "consecutive", failures: 5 }, openFor: "300ms" },
} as const;

export interface OpenedStore {
  readonly store: Store;
  readonly storePolicy: Measurable | undefined;
}

/** MongoDB where there is an address of one, otherwise the embedded store. */
export function openStore({ mongoUrl, dataFile, id, policies }: Config): OpenedStore {
  if (mongoUrl === undefined) return { store: sqliteStore(dataFile), storePolicy: undefined };
  const store = mongoStore({ url: mongoUrl, name: id, policy: policies.mongo ?? STORE });
  return { store, storePolicy: store.policy };
}
