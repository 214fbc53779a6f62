export { type RedisClient, type RedisStoreOptions, redisStore } from "./shared/redis-store.ts";
export {
  type ShareCircuitOptions,
  type SharedCircuit,
  shareCircuit,
} from "./shared/share-circuit.ts";
export { memoryStore, type SharedStore, type Vote, type VoteCount } from "./shared/store.ts";
