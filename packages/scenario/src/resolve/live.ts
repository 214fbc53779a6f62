import type { CheckedEndpoint, CheckedLiveService } from "../checked.ts";
import type { ResolvedLiveEndpoint, ResolvedLiveService } from "../resolved.ts";

export function resolveLiveService(live: CheckedLiveService): ResolvedLiveService {
  const { command, address, folder = ".", env, urls, ready = "/health", startWithin } = live;
  return { command, address, folder, env, urls, ready, startWithinMs: startWithin };
}

export function resolveLiveEndpoint(
  endpoint: string,
  live: NonNullable<CheckedEndpoint["live"]>,
): ResolvedLiveEndpoint {
  const { method, path = `/${endpoint}`, headers, body } = live;
  return { method, path, headers, body };
}
