import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { hasRedisServer, type StoreKind } from "../src/process/start.ts";

export const STORE_KINDS: readonly Exclude<StoreKind, "url">[] = ["stand-in", "redis-server"];

/** Skips the test out loud where there is no redis-server, and fails it where nothing may be skipped. */
export function needs(kind: StoreKind, context: TestContext): void {
  if (kind !== "redis-server" || hasRedisServer()) return;
  if (process.env.BREAKWATER_REQUIRE_ALL === "1") {
    throw new Error("redis-server is not on the PATH");
  }
  console.warn("skipped without redis-server: apt-get install redis-server");
  context.skip();
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "visits-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
