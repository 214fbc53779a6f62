import { expect, it } from "vitest";
import { readOptions, urlOf } from "./options.ts";

it("has defaults for everything", () => {
  expect(readOptions({}, 8001)).toEqual({
    host: "127.0.0.1",
    port: 8001,
    workers: 0,
    abandonedWork: "stops",
    breakerScope: "instance",
    serviceTimeMs: 0,
    settingsUrl: undefined,
    policies: undefined,
    record: undefined,
    statsd: undefined,
  });
});

it("lets synchronous workers go on for callers that left, unless told otherwise", () => {
  expect(readOptions({ WORKERS: "8" }, 0).abandonedWork).toBe("continues");
  expect(readOptions({ WORKERS: "8", ABANDONED_WORK: "stops" }, 0).abandonedWork).toBe("stops");
});

it.each([
  [{ PORT: "80x" }, "PORT"],
  [{ WORKERS: "-1" }, "WORKERS"],
  [{ WORKERS: "1.5" }, "WORKERS"],
  [{ SERVICE_TIME_MS: "soon" }, "SERVICE_TIME_MS"],
  [{ ABANDONED_WORK: "sometimes" }, "ABANDONED_WORK"],
  [{ BREAKER_SCOPE: "edge" }, "BREAKER_SCOPE"],
  [{ SETTINGS_URL: "somewhere" }, "SETTINGS_URL"],
  [{ STATSD_HOST: "telegraf", STATSD_PORT: "no" }, "STATSD_PORT"],
  [{ BREAKWATER_POLICIES: "[]" }, "BREAKWATER_POLICIES"],
  [
    { BREAKWATER_POLICIES: '{"recommendations":{"timeout":"-1s"}}' },
    "BREAKWATER_POLICIES.recommendations.timeout",
  ],
])("refuses %j, and names it", (env, name) => {
  expect(() => readOptions(env, 0)).toThrow(name);
});

it.each(["ftp://x", "somewhere", "127.0.0.1:80"])("takes %s for no address", (text) => {
  expect(() => urlOf({ A_URL: text }, "A_URL", "http://x")).toThrow("A_URL");
});
