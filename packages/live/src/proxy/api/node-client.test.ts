// toxiproxy-node-client, as its users have it, drives the proxy.

import { Toxiproxy } from "toxiproxy-node-client";
import { expect, onTestFinished, test } from "vitest";
import { client, dial, echo, outcome, roundTrip, serve } from "../../../test-support/wire.ts";
import { createFaultProxies } from "../proxies.ts";
import type { FaultProxy } from "../types.ts";
import { serveAdmin } from "./admin.ts";

async function toxiproxy() {
  const proxies = createFaultProxies();
  const admin = await serveAdmin(proxies, { port: 0 });
  onTestFinished(async () => {
    await admin.close();
    await proxies.close();
  });
  const wire = (name: string) => proxies.get(name) as FaultProxy;
  return { toxiproxy: new Toxiproxy(admin.url), wire };
}

test("creates a proxy, adds, changes and removes a toxic", async () => {
  const { toxiproxy: client_, wire } = await toxiproxy();
  const { address } = await serve(echo);
  const proxy = await client_.createProxy({ name: "e", listen: "localhost:0", upstream: address });
  expect(proxy.toJson()).toEqual({
    name: "e",
    listen: wire("e").listen,
    upstream: address,
    enabled: true,
  });
  const socket = await client(wire("e"));
  const toxic = await proxy.addToxic({
    name: "slow",
    type: "latency",
    stream: "upstream",
    toxicity: 1,
    attributes: { latency: 80, jitter: 0 },
  });
  expect(await roundTrip(socket)).toBeGreaterThanOrEqual(79);
  const faster = await toxic.update({ ...toxic.toJson(), attributes: { latency: 0, jitter: 0 } });
  expect(faster.toJson()).toMatchObject({ name: "slow", attributes: { latency: 0 } });
  expect(await roundTrip(socket)).toBeLessThan(75);
  expect((await proxy.getToxic("slow")).stream).toBe("upstream");
  await toxic.remove();
  await expect(proxy.getToxic("slow")).rejects.toThrow("404");
});

test("disables, lists, populates, resets and removes", async () => {
  const { toxiproxy: client_, wire } = await toxiproxy();
  const { address: upstream } = await serve(echo);
  const { a: first } = await client_.populate([
    { name: "a", listen: "localhost:0", upstream },
    { name: "b", listen: "localhost:0", upstream },
  ]);
  expect(Object.keys(await client_.getAll())).toEqual(["a", "b"]);
  await first?.update({ enabled: false, listen: wire("a").listen, upstream });
  expect(await outcome(dial(wire("a")))).toMatchObject({ end: "ECONNREFUSED" });
  await client_.reset();
  expect((await client_.get("a")).enabled).toBe(true);
  expect(await roundTrip(await client(wire("a")))).toBeLessThan(80);
  expect(await client_.getVersion()).toMatch(/2\.\d+/);
  await first?.remove();
  await expect(client_.get("a")).rejects.toThrow("404");
});
