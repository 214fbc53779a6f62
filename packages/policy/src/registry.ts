import { bulkheadTable } from "./bulkhead/options.ts";
import { circuitBreakerTable } from "./circuit-breaker/options.ts";
import { clientThrottleTable } from "./client-throttle/options.ts";
import { concurrencyLimiterTable } from "./concurrency-limiter/options.ts";
import { deadlineField } from "./deadline/options.ts";
import { fallbackTable } from "./fallback/options.ts";
import { hedgeTable } from "./hedge/options.ts";
import type { Field, FieldTable, ObjectField, TableOf } from "./options/field.ts";
import { probationBreakerTable } from "./probation-breaker/options.ts";
import { rateLimiterTable } from "./rate-limiter/options.ts";
import { retryTable } from "./retry/options.ts";
import { timeoutField } from "./timeout/options.ts";
import type { PolicyOptions } from "./types.ts";

const fallbackField: Field = {
  kind: "either",
  options: [
    { kind: "object", fields: fallbackTable, about: "Answers with a value." },
    { kind: "function", about: "Answers with what the function returns; in code only." },
  ],
  about: "Stands in for an answer that did not come.",
};

/**
 * Every part of a policy, outermost first: the order in which the parts apply. The whole of a policy's validation,
 * schema, controls and documentation is read from here.
 */
export const policyTable = {
  name: { kind: "text", maxLength: 100, about: "Appears in facts, errors and metrics." },
  idempotent: {
    kind: "boolean",
    about: "Doing it twice does no harm. A retry or a hedge is refused without it.",
  },
  fallback: fallbackField,
  deadline: deadlineField,
  retry: { kind: "object", fields: retryTable, about: "Tries again after a failure." },
  hedge: {
    kind: "object",
    fields: hedgeTable,
    about: "One more attempt beside a slow one; the first answer counts.",
  },
  clientThrottle: {
    kind: "object",
    fields: clientThrottleTable,
    about: "Refuses what an overloaded dependency would refuse.",
  },
  rateLimiter: {
    kind: "object",
    fields: rateLimiterTable,
    about: "No more than so many attempts per time.",
  },
  bulkhead: {
    kind: "object",
    fields: bulkheadTable,
    about: "No more than so many attempts under way at the same time.",
  },
  concurrencyLimiter: {
    kind: "object",
    fields: concurrencyLimiterTable,
    about: "A bulkhead whose limit follows what the dependency can take.",
  },
  circuitBreaker: {
    kind: "object",
    fields: circuitBreakerTable,
    about: "Stops calling a dependency that fails, and tries it again later.",
  },
  probationBreaker: {
    kind: "object",
    fields: probationBreakerTable,
    about:
      "Puts a dependency on probation at its first error, and stops calling it if more follow.",
  },
  timeout: timeoutField,
  lateAnswers: {
    kind: "choice",
    choices: ["ignored", "taken"],
    default: "ignored",
    about: "What to do with an answer to an attempt that was already given up.",
  },
} satisfies TableOf<PolicyOptions> & FieldTable;

/** The whole of a policy as one field: what the scenario language and the schema embed. */
export const policyField = {
  kind: "object",
  fields: policyTable,
  about: "How calls are protected; its parts always apply in one order.",
} satisfies ObjectField;
