import {
  bulkhead,
  circuitBreaker,
  clientThrottle,
  concurrencyLimiter,
  hedge,
  probationBreaker,
  rateLimiter,
  retry,
} from "@breakwater/policy/parts";
import { fastPath } from "../driver/quick-calls.ts";
import type { CoreParts } from "./policy.ts";

/** The machinery of every part, and the fast path: for whoever runs any policy. */
export const EVERY_PART: Required<CoreParts> = {
  retry,
  hedge,
  clientThrottle,
  rateLimiter,
  bulkhead,
  concurrencyLimiter,
  circuitBreaker,
  probationBreaker,
  fastPath,
};
