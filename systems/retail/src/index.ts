export type { EdgePolicies } from "./chain/edge.ts";
export { createRetailService, type RetailOptions, type RetailService } from "./retail-service.ts";
export { type MongoStoreOptions, mongoStore } from "./store/mongo.ts";
export { sqliteStore } from "./store/sqlite.ts";
export type { Entry, Progress, State, Store } from "./store/store.ts";
