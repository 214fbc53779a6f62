import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { start } from "../test-support/processes.ts";
import { afterwards, system, TOKEN, until } from "../test-support/system.ts";

/** A statsd server that adds up what it is sent. */
async function server() {
  const socket = createSocket("udp4");
  const counts = new Map<string, number>();
  const timings: string[] = [];
  socket.on("message", (packet) => {
    for (const line of packet.toString().trimEnd().split("\n")) {
      const [, name = "", value = "", type] = /^([\w.-]+):([\d.]+)\|(c|ms)$/.exec(line) ?? [line];
      if (type === "ms") timings.push(name);
      else counts.set(name, (counts.get(name) ?? 0) + Number(value));
    }
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  afterwards(() => socket.close());
  const { port } = socket.address() as AddressInfo;
  return { address: { host: "127.0.0.1", port }, counts, timings };
}

it("sends requests, calls, circuits and pages to a statsd server", async () => {
  const { address, counts, timings } = await server();
  const { page, change } = await system({ statsd: address });
  for (let i = 0; i < 3; i++) expect((await page()).status).toBe(200);
  await until(() => (counts.get("homepage.homepage.pages.fresh") ?? 0) >= 3);
  await change({ outages: ["/recommendations"], circuit_breakers: true });
  for (let i = 0; i < 6; i++) expect((await page()).status).toBe(200);
  await until(() => (counts.get("homepage.homepage.pages.partial") ?? 0) >= 6);
  expect(counts.get("homepage.homepage.requests.200")).toBeGreaterThanOrEqual(9);
  expect(counts.get("homepage.authentication.requests.200")).toBeGreaterThanOrEqual(12);
  expect(counts.get("homepage.homepage.calls.recommendations.ok")).toBe(3);
  expect(counts.get("homepage.homepage.calls.recommendations.fallback")).toBe(6);
  expect(counts.get("homepage.homepage.circuit.recommendations.circuitOpened")).toBe(1);
  expect(counts.get("homepage.homepage.calls.popular-items.ok")).toBe(9);
  expect(timings).toContain("homepage.homepage.request_ms");
});

it("takes the server from the environment, and sends what is left when it ends", async () => {
  const { address, counts } = await server();
  const service = await start("popular", {
    STATSD_HOST: address.host,
    STATSD_PORT: String(address.port),
  });
  expect((await fetch(`${service.url}/popular_items`)).status).toBe(200);
  expect(await service.end()).toBe(0);
  await until(() => counts.get("homepage.popular-items.requests.200") === 1);
});

it("does its work when nobody takes the figures", async () => {
  const nobody = { STATSD_HOST: "no-such-host.invalid", STATSD_PORT: "9" };
  const service = await start("popular", nobody);
  for (let i = 0; i < 20; i++) {
    expect((await fetch(`${service.url}/popular_items`, { headers: TOKEN })).status).toBe(200);
  }
  expect(await service.end()).toBe(0);
});
