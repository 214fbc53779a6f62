// What can be said about the files of the stacks without running them, and that they ask for figures that exist.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseToml } from "smol-toml";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { hostBalancer, needsHaproxy } from "./host-balancer.ts";
import { exposedIn, usedIn } from "./metric-names.ts";
import { root, service, temporaryFolder } from "./processes.ts";

const deploy = join(root, "deploy");
const read = (path: string): string => readFileSync(join(deploy, path), "utf8");
// biome-ignore lint/suspicious/noExplicitAny: files of other programs; the tests say what they expect
const yaml = (path: string): any => parseYaml(read(path), { merge: true });

const STACKS = ["visits/compose.yaml", "homepage/compose.yaml", "retail/compose.yaml"];
const DASHBOARDS = readdirSync(join(deploy, "grafana/dashboards"));

interface Panel {
  readonly title: string;
  readonly datasource: { readonly uid: string };
  readonly targets: readonly { readonly expr?: string; readonly query?: string }[];
}
const panelsOf = (file: string): Panel[] =>
  JSON.parse(read(`grafana/dashboards/${file}`)).panels as Panel[];

/** All expressions that Prometheus is given, with their place. */
function expressions(): { where: string; expr: string }[] {
  const panels = DASHBOARDS.flatMap((file) =>
    panelsOf(file).flatMap(({ title, targets }) =>
      targets.flatMap(({ expr }) => (expr === undefined ? [] : [{ where: title, expr }])),
    ),
  );
  const [{ rules }] = yaml("prometheus/alerts.yml").groups;
  const alerts = rules.map(({ alert, expr }: Record<string, string>) => ({ where: alert, expr }));
  return [...panels, ...alerts];
}

test("every figure in a dashboard or an alert is one that the systems or the balancer give", async (context) => {
  needsHaproxy(context);
  const nobody = "http://127.0.0.1:9";
  const running = await Promise.all([
    service("visits/src/visits.ts", { REDIS_URL: "redis://127.0.0.1:9" }),
    service("homepage/src/homepage.ts", { RECOMMENDATIONS_URL: nobody }),
    service("retail/src/order.ts", { DATA_DIR: temporaryFolder(), PAYMENT_URL: nobody }),
  ]);
  const [{ url }] = running;
  const balancer = await hostBalancer([new URL(url).host]);
  // One request to each, so that there are labels to compare.
  for (const each of running) await fetch(each.url, { headers: { authorization: "Token 0x132" } });
  const pages = [...running.map((each) => each.url), balancer.statusUrl].map(async (each) =>
    (await fetch(`${each}/metrics`)).text(),
  );
  const known = exposedIn((await Promise.all(pages)).join("\n"));
  for (const { where, expr } of expressions()) {
    const used = usedIn(expr);
    expect(used.length, `${where} uses nothing`).toBeGreaterThan(0);
    for (const { name, labels } of used) {
      // Prometheus' own; and what it adds to each series.
      if (name === "up") continue;
      expect([...known.keys()], where).toContain(name);
      const exposed = known.get(name) ?? new Set();
      if (exposed.size === 0) continue;
      const missing = labels.filter((label) => !exposed.has(label) && label !== "service");
      expect(missing, `${where}: labels of ${name}`).toEqual([]);
    }
  }
});

test("Prometheus keeps of the balancer's figures those that are used", () => {
  const [, { metric_relabel_configs: keeps }] = yaml("prometheus/prometheus.yml").scrape_configs;
  const kept = new RegExp(`^(?:${keeps[0].regex})$`);
  const used = expressions().flatMap(({ expr }) => usedIn(expr).map(({ name }) => name));
  const haproxy = used.filter((name) => name.startsWith("haproxy_"));
  expect(haproxy.length).toBeGreaterThan(2);
  expect(haproxy.filter((name) => !kept.test(name))).toEqual([]);
});

test("promtool accepts configuration and alerts, and the alerts fire when they should", (context) => {
  const promtool = (...words: string[]) => spawnSync("promtool", words, { encoding: "utf8" });
  if (promtool("--version").status !== 0) {
    if (process.env.BREAKWATER_REQUIRE_ALL === "1") throw new Error("promtool is not on the PATH");
    console.warn("skipped without promtool: apt-get install prometheus");
    return context.skip();
  }
  // The paths of the container are those of this checkout here.
  const file = join(temporaryFolder(), "prometheus.yml");
  writeFileSync(
    file,
    read("prometheus/prometheus.yml").replace("/etc/prometheus", `${deploy}/prometheus`),
  );
  for (const words of [
    ["check", "config", file],
    ["test", "rules", join(deploy, "prometheus/alerts.test.yml")],
  ]) {
    const { status, stdout, stderr } = promtool(...words);
    expect(status, stdout + stderr).toBe(0);
  }
});

test("dashboards are whole: every panel has a place, a known source and a question", () => {
  const sources = yaml("grafana/provisioning/datasources/datasources.yaml").datasources;
  const uids = sources.map(({ uid }: { uid: string }) => uid);
  expect(DASHBOARDS.length).toBeGreaterThan(0);
  for (const file of DASHBOARDS) {
    const { uid, panels } = JSON.parse(read(`grafana/dashboards/${file}`));
    expect(uid).toMatch(/^[\w-]{1,40}$/);
    expect(new Set(panels.map(({ id }: { id: number }) => id)).size).toBe(panels.length);
    for (const { title, datasource, gridPos, targets } of panels) {
      expect(gridPos, title).toMatchObject({ w: expect.any(Number), h: expect.any(Number) });
      expect(uids, title).toContain(datasource.uid);
      expect(targets.length, title).toBeGreaterThan(0);
    }
  }
});

test("everything that Prometheus asks and Grafana shows is a service of the whole stack", () => {
  const names = Object.keys(yaml("compose.yaml").services);
  const jobs = yaml("prometheus/prometheus.yml").scrape_configs;
  for (const { dns_sd_configs: found } of jobs) {
    for (const { names: asked } of found) {
      for (const name of asked) expect(names).toContain(name);
    }
  }
  const { datasources } = yaml("grafana/provisioning/datasources/datasources.yaml");
  for (const { url } of datasources) expect(names).toContain(new URL(url).hostname);
});

test("Telegraf takes statsd where the homepage sends it, and writes where InfluxDB is", () => {
  const { inputs, outputs } = parseToml(read("telegraf/telegraf.conf")) as {
    readonly inputs: { statsd: [{ service_address: string; protocol: string }] };
    readonly outputs: { influxdb: [{ urls: string[]; database: string }] };
  };
  expect(inputs.statsd[0]).toMatchObject({ service_address: ":8125", protocol: "udp" });
  const [{ urls, database }] = outputs.influxdb;
  const { influxdb } = yaml("compose.yaml").services;
  expect(urls).toEqual(["http://influxdb:8086"]);
  expect(influxdb.environment.INFLUXDB_DB).toBe(database);
});

test("no file uses what one of the two versions of Compose does not know", () => {
  for (const file of [...STACKS, "common.yaml", "compose.yaml"]) {
    const { name, version, include, services } = yaml(file);
    expect([name, version, include], file).toEqual([undefined, undefined, undefined]);
    for (const [service, { depends_on: needed }] of Object.entries<{ depends_on?: unknown }>(
      services,
    )) {
      // Version 1 extends nothing that has it.
      expect(needed, `${file}: ${service}`).toBe(undefined);
    }
  }
});

test("everything has few rights, and stays below a limit of memory", () => {
  for (const file of [...STACKS, "common.yaml", "compose.yaml"]) {
    for (const [name, each] of Object.entries<Record<string, unknown>>(yaml(file).services)) {
      if (each.extends !== undefined) continue;
      expect(each, `${file}: ${name}`).toMatchObject({
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        mem_limit: expect.any(String),
      });
      // InfluxDB's image runs as root and writes beside its volume.
      if (name !== "influxdb") {
        expect(each, `${file}: ${name}`).toMatchObject({
          read_only: true,
          user: expect.any(String),
        });
      }
    }
  }
});

test("published ports are on this machine's own address only", () => {
  for (const file of [...STACKS, "compose.yaml"]) {
    for (const { ports = [] } of Object.values<{ ports?: string[] }>(yaml(file).services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  }
});
