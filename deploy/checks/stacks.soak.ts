// The stacks in containers: BREAKWATER_REQUIRE_DOCKER=1 npm run test:soak -- deploy
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { COMPOSES, docker, needsEngine, type Stack, up } from "./engine.ts";
import { failingWorker, toldOf } from "./failing-worker.ts";
import { root, until } from "./processes.ts";
import { ask, order } from "./requests.ts";
import { countOf, workersOf } from "./status-page.ts";

/** Neither a worker nor anything else has more rights than it needs. */
async function hasFewRights(stack: Stack, services: readonly string[]): Promise<void> {
  for (const service of services) {
    for (const container of await stack.containers(service)) {
      const [{ Config, HostConfig }] = JSON.parse(await docker("inspect", container));
      expect(Config.User, service).not.toMatch(/^(|root|0)$/);
      expect(HostConfig.ReadonlyRootfs, service).toBe(true);
      expect(HostConfig.CapDrop, service).toEqual(["ALL"]);
      expect(HostConfig.SecurityOpt, service).toContain("no-new-privileges:true");
      expect(HostConfig.Memory, service).toBeGreaterThan(0);
    }
  }
}

async function balancerOf(stack: Stack, name = "balancer") {
  const url = await stack.url(name, 8080);
  const statusUrl = await stack.url(name, 8404);
  await until(async () => (await countOf(statusUrl, "UP")) === 2, "both workers are UP");
  return { url, statusUrl };
}

async function pausedWorker(stack: Stack, service: string, path = "/") {
  const { url, statusUrl } = await balancerOf(stack);
  const [container = ""] = await stack.containers(service);
  const report = await failingWorker({
    url: `${url}${path}`,
    statusUrl,
    perSecond: 50,
    headers: { authorization: "Token 0x132" },
    fail: () => docker("pause", container),
    recover: () => docker("unpause", container),
  });
  console.log(toldOf(`${stack.compose}, ${service} paused`, report));
  expect(report.outAfterMs).toBeLessThan(2000);
  expect(report.failedAfter2s).toBe(0);
}

describe.each(COMPOSES)("with %s", (compose) => {
  test("the walk through an outage of the counter page", (context) => {
    needsEngine(compose, context);
    const env = { ...process.env, COMPOSE: compose };
    const words = ["--conditions=breakwater-source", "src/walk.ts", "compose"];
    const options = { cwd: join(root, "systems/visits"), env, encoding: "utf8" } as const;
    const ended = spawnSync(process.execPath, words, options);
    expect(ended.stderr).toBe("");
    expect(ended.stdout).toContain("Every step showed what it must.");
  });

  test("the counter page: a paused worker is taken out", async (context) => {
    needsEngine(compose, context);
    const stack = await up({ folder: "visits", compose });
    await hasFewRights(stack, ["web", "redis", "balancer"]);
    await pausedWorker(stack, "web");
  });

  test("the homepage: up, degrade it, heal it, a paused worker, down", async (context) => {
    needsEngine(compose, context);
    const stack = await up({ folder: "homepage", compose });
    const others = ["authentication", "recommendations", "popular-items", "settings", "redis"];
    await hasFewRights(stack, ["homepage", "balancer", ...others]);
    const { url } = await balancerOf(stack);
    // Any free port, and so another one after a restart.
    const settings = async () => `${await stack.url("settings", 8080)}/settings`;
    const page = await ask(url);
    expect(page).toMatchObject({ status: 200, body: { freshness: "fresh" } });
    expect((await ask(`${url}/nothing`)).status).toBe(404);

    // Slower by 5 to 10 s, a timeout, circuit breakers: a whole page after 0.5 s, and soon at once.
    const broken = {
      performance_problems: ["/recommendations"],
      timeout: 0.5,
      circuit_breakers: true,
    };
    expect((await ask(await settings(), "PATCH", broken)).status).toBe(200);
    await until(async () => (await ask(url)).body.freshness === "partial", "pages are degraded");
    await until(async () => {
      const { status, body, tookMs } = await ask(url);
      expect(status).toBe(200);
      return body.parts.recommendations.cause === "shortCircuited" && tookMs < 400;
    }, "the circuit is open");

    // Kept over a restart of everything that knows of it.
    await stack.run("restart", "redis", "settings");
    await until(async () => {
      const kept = await ask(await settings()).catch(() => undefined);
      return kept?.status === 200 && kept.body.timeout === 0.5;
    }, "the settings are still there");
    expect((await ask(await settings(), "PUT", {})).status).toBe(200);
    await until(async () => (await ask(url)).body.freshness === "fresh", "pages are whole", 40_000);

    await pausedWorker(stack, "homepage");
    await stack.run("stop", "popular-items");
    expect((await ask(url)).body.degraded).toEqual(["popular_items"]);
  });

  test.for(["embedded", "mongo"] as const)(
    "retail on its %s store: up, order, an outage of payment, a paused worker, down",
    async (store, context) => {
      needsEngine(compose, context);
      const env = store === "mongo" ? mongoStandIn() : {};
      if (env === undefined) {
        console.warn("skipped: name a ferretdb program by FERRETDB, or put it on the PATH");
        return context.skip();
      }
      const stack = await up({ folder: "retail", compose, env });
      await hasFewRights(stack, ["order", "payment", "shipment", "balancer"]);
      let { url, statusUrl } = await balancerOf(stack);
      const status = async (id: string) => (await ask(`${url}/orders/${id}`)).body.status;
      const shipped = (id: string) =>
        until(async () => (await status(id)) === "shipped", `order ${id} is shipped`, 30_000);

      expect((await ask(`${url}/orders`, "POST", order("a"))).status).toBe(202);
      await shipped("a");
      // The other worker knows of it, and takes it for the same.
      expect((await ask(`${url}/orders`, "POST", order("a"))).status).toBe(200);
      expect((await ask(`${url}/orders`, "POST", order("a"))).status).toBe(200);

      await stack.run("pause", "payment");
      for (const id of ["b", "c", "d"]) {
        expect((await ask(`${url}/orders`, "POST", order(id))).status).toBe(202);
        expect(await status(id)).toBe("accepted");
      }
      await stack.run("unpause", "payment");
      for (const id of ["b", "c", "d"]) await shipped(id);

      await pausedWorker(stack, "order", "/orders/a");
      await stack.run("restart", "-t", "5");
      await stack.healthy();
      ({ url, statusUrl } = await balancerOf(stack));
      expect(await status("d")).toBe("shipped");
      expect((await workersOf(statusUrl)).map((worker) => worker.status).sort()).toEqual([
        "MAINT",
        "MAINT",
        "UP",
        "UP",
      ]);
    },
  );
});

/** No image of MongoDB here: a server that speaks its protocol stands in, in an image of its own. */
function mongoStandIn(): Record<string, string> | undefined {
  const program =
    process.env.FERRETDB ?? spawnSync("which", ["ferretdb"], { encoding: "utf8" }).stdout.trim();
  if (program === "") return undefined;
  const image = "breakwater-mongo-stand-in";
  const folder = mkdtempSync(join(tmpdir(), "mongo-"));
  try {
    const file = join(root, "deploy/retail/mongo-stand-in.Dockerfile");
    spawnSync("cp", [program, join(folder, "ferretdb")]);
    const ended = spawnSync("docker", ["build", "-q", "-t", image, "-f", file, folder]);
    if (ended.status !== 0) throw new Error(String(ended.stderr));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { MONGO_IMAGE: image, COMPOSE_PROFILES: "mongo", MONGO_URL: "mongodb://mongo:27017" };
}
