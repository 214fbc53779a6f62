import { show } from "./attributes.ts";
import { ProxyError } from "./errors.ts";

/** @throws {ProxyError} 400 */
export function oneOf<T extends string>(field: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  const text = `${field}: ${show(value)} is not one of ${allowed.join(", ")}`;
  throw new ProxyError(`bad request body: ${text}`, 400);
}

/** @throws {ProxyError} 400 */
export function checkBoolean(field: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new ProxyError(`bad request body: ${field}: ${show(value)} is not true or false`, 400);
}
