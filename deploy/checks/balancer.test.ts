import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { failingWorker, type Report, toldOf } from "./failing-worker.ts";
import { hostBalancer, hostConfig, needsHaproxy } from "./host-balancer.ts";
import { afterwards, service, temporaryFolder } from "./processes.ts";
import { workersIn, workersOf } from "./status-page.ts";

function outWithinTwoSeconds(what: string, report: Report): void {
  console.log(toldOf(what, report));
  expect(report.outAfterMs).toBeLessThan(2000);
  expect(report.failedAfter2s).toBe(0);
  expect(report.requests).toBeGreaterThan(400);
}

/** A worker that says 503 to everything, its health check too, while it is unwell. */
async function moodyWorker() {
  const state = { well: true };
  const server = createServer((_request, response) => {
    response.writeHead(state.well ? 200 : 503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterwards(() => {
    server.closeAllConnections();
    server.close();
  });
  return { state, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("a worker that answers 503 is out within 2 s, and comes back", async (context) => {
  needsHaproxy(context);
  const [first, second] = [await moodyWorker(), await moodyWorker()];
  const balancer = await hostBalancer([first.address, second.address]);
  const report = await failingWorker({
    ...balancer,
    perSecond: 100,
    fail: () => {
      first.state.well = false;
    },
    recover: () => {
      first.state.well = true;
    },
  });
  outWithinTwoSeconds("503", report);
  // Until it is out, every second request goes to it.
  expect(report.failed).toBeGreaterThan(0);
});

test("a worker that is stopped is out within 2 s, and no visit is counted twice", async (context) => {
  needsHaproxy(context);
  const folder = temporaryFolder();
  const store = await service("visits/src/redis-stand-in.ts", { STAND_IN_FILE: `${folder}/store` });
  const env = { REDIS_URL: store.url.replace(/^\w+:/, "redis:") };
  const pages = [
    await service("visits/src/visits.ts", env),
    await service("visits/src/visits.ts", env),
  ] as const;
  const balancer = await hostBalancer(pages.map(({ url }) => new URL(url).host));
  const [page] = pages;
  const report = await failingWorker({
    ...balancer,
    perSecond: 100,
    headers: { accept: "application/json" },
    fail: () => page.process.kill("SIGSTOP"),
    recover: () => page.process.kill("SIGCONT"),
  });
  outWithinTwoSeconds("SIGSTOP", report);
  const numbers = report.answers
    .filter(({ status }) => status === 200)
    .map(({ body }) => (JSON.parse(body) as { visits: number | null }).visits)
    .filter((visits) => visits !== null);
  expect(new Set(numbers).size).toBe(numbers.length);
  const workers = await workersOf(balancer.statusUrl);
  expect(workers.map(({ name, status }) => `${name} ${status}`)).toEqual([
    "worker1 UP",
    "worker2 UP",
  ]);
});

test("a worker that is killed costs no request that had not reached it", async (context) => {
  needsHaproxy(context);
  const [first, second] = [
    await service("homepage/src/popular.ts"),
    await service("homepage/src/popular.ts"),
  ];
  const { host, port } = new URL(first.url);
  const balancer = await hostBalancer([host, new URL(second.url).host]);
  const report = await failingWorker({
    ...balancer,
    url: `${balancer.url}/popular_items`,
    perSecond: 100,
    fail: () => first.process.kill("SIGKILL"),
    recover: () => service("homepage/src/popular.ts", { PORT: port }),
  });
  outWithinTwoSeconds("SIGKILL", report);
  // At most what was under way, and what was sent on connections that nobody had closed yet.
  expect(report.failed).toBeLessThanOrEqual(3);
});

test("the file for this machine is that of the containers, with other addresses", () => {
  const text = hostConfig(["127.0.0.1:1", "127.0.0.1:2"], 3, 4);
  expect(text).toContain("server worker2 127.0.0.1:2 check\n");
  expect(text).toContain("option httpchk");
  expect(text.replace(/^ *#.*$/gm, "")).not.toMatch(/docker|8080|8404/);
});

test("the status page's table is read by its head", () => {
  const csv = [
    "# pxname,svname,stot,status,check_status",
    "web,FRONTEND,9,OPEN,",
    "workers,worker1,5,UP 1/2,* L7OK",
    "workers,worker2,4,DOWN,L7TOUT",
    "workers,BACKEND,9,UP,",
  ];
  expect(workersIn(csv.join("\n"))).toEqual([
    { name: "worker1", status: "UP", check: "L7OK", sessions: 5 },
    { name: "worker2", status: "DOWN", check: "L7TOUT", sessions: 4 },
  ]);
});
