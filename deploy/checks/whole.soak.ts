// All systems together in containers, with what watches them. Grafana and Telegraf are left out: their files are
// checked in files.test.ts, for their images cannot be had everywhere.
import { describe, expect, test } from "vitest";
import { COMPOSES, docker, needsEngine, Stack, up } from "./engine.ts";
import { until } from "./processes.ts";
import { ask, order } from "./requests.ts";

const SYSTEMS = ["visits", "homepage", "order"];
const OTHERS = [
  "authentication",
  "recommendations",
  "popular-items",
  "settings",
  "payment",
  "shipment",
];
const BALANCERS = ["visits-balancer", "homepage-balancer", "retail-balancer"];
const SERVICES = [...SYSTEMS, ...OTHERS, ...BALANCERS, "redis", "prometheus", "influxdb"];

describe.each(COMPOSES)("with %s", (compose) => {
  test("everything is up, is watched, and raises an alert when a circuit opens", async (context) => {
    needsEngine(compose, context);
    const stack = await up({ folder: ".", compose, services: SERVICES });
    const prometheus = await stack.url("prometheus", 9090);
    const query = async (text: string) => {
      const { body } = await ask(`${prometheus}/api/v1/query?query=${encodeURIComponent(text)}`);
      return body.data.result as { metric: Record<string, string>; value: [number, string] }[];
    };

    // Two workers of each system, the others, and the balancers.
    const targets = 2 * SYSTEMS.length + OTHERS.length + BALANCERS.length;
    await until(
      async () => (await query("up == 1")).length === targets,
      "all targets are up",
      60_000,
    );
    const seen = new Set((await query("up")).map(({ metric }) => metric.service));
    expect(seen).toEqual(new Set([...SYSTEMS, ...OTHERS, ...BALANCERS]));
    await until(
      async () => (await query("haproxy_backend_active_servers == 2")).length === BALANCERS.length,
      "each balancer has two workers",
      60_000,
    );

    const visits = await stack.url("visits-balancer", 8080);
    const homepage = await stack.url("homepage-balancer", 8080);
    const retail = await stack.url("retail-balancer", 8080);
    expect((await ask(visits)).body).toMatch(/Visits: \d+/);
    expect((await ask(homepage)).body.freshness).toBe("fresh");
    expect((await ask(`${retail}/orders`, "POST", order("a"))).status).toBe(202);
    await until(async () => (await ask(`${retail}/orders/a`)).body.status === "shipped", "shipped");

    await docker("pause", ...(await stack.containers("redis")));
    const firing = async () => {
      await ask(visits);
      const alerts = await query('ALERTS{alertname="CircuitOpen",alertstate="firing"}');
      return alerts.some(({ metric }) => metric.service === "visits" && metric.policy === "redis");
    };
    await until(firing, "the alert about the open circuit fires", 60_000);
    await docker("unpause", ...(await stack.containers("redis")));
    await until(async () => !(await firing()), "and ends", 60_000);

    // What Telegraf would write is what the dashboard asks for.
    const influx = await stack.url("influxdb", 8086);
    const line = "homepage.pages.fresh,service=homepage,metric_type=counter value=3i";
    const written = await fetch(`${influx}/write?db=telegraf`, { method: "POST", body: line });
    expect(written.status).toBe(204);
    const asked = 'SELECT sum("value") FROM /^homepage\\.pages/';
    const { body } = await ask(`${influx}/query?db=telegraf&q=${encodeURIComponent(asked)}`);
    expect(body.results[0].series[0]).toMatchObject({ name: "homepage.pages.fresh" });
  });

  test("all files are accepted, with every profile", async (context) => {
    needsEngine(compose, context);
    for (const folder of ["visits", "homepage", "retail", "."]) {
      const all = new Stack({ folder, compose, env: { COMPOSE_PROFILES: "mongo,statsd" } });
      const shown = await all.run("config");
      expect(shown).toContain("cap_drop");
      if (folder === ".")
        expect(shown).toMatch(/telegraf:[\s\S]*influxdb|influxdb:[\s\S]*telegraf/);
    }
  });
});
