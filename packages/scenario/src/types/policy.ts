import type { PolicyOptions } from "@breakwater/policy";

/** A policy as data: everything that PolicyOptions has, with a fallback given as a value. */
export type PolicyData = Omit<PolicyOptions, "fallback" | "retry" | "idempotent"> & {
  fallback?: { value: unknown };
  retry?: PolicyOptions["retry"];
  idempotent?: boolean;
};
