// One program, told by its environment what it is.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { serviceProcess } from "../test-support/processes.ts";
import { json, orderOf, until } from "../test-support/services.ts";
import { readConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "retail-process-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("settings", () => {
  test("without any, it is an order service on port 3000 at the end of its chain", () => {
    expect(readConfig({})).toMatchObject({
      ...{ id: "order", port: 3000, host: "127.0.0.1", jumps: 6, next: undefined },
      ...{ injectErrors: false, mongoUrl: undefined, outboxLimit: 1000 },
    });
  });

  test("the seed's are understood, and the address of the service alone", () => {
    const seed = {
      ...{ ID: "payment", CHAIN_SVC: "http://shipment:3000/create", JUMPS: "4", PORT: "3001" },
      ...{ INJECT_ERR: "1", MONGO_URL: "mongodb://mongo:27017" },
    };
    expect(readConfig(seed)).toMatchObject({
      ...{ id: "payment", next: "http://shipment:3000/create", jumps: 4, port: 3001 },
      ...{ injectErrors: true, mongoUrl: "mongodb://mongo:27017" },
    });
    expect(readConfig({ PAYMENT_URL: "http://127.0.0.1:1" }).next).toBe(
      "http://127.0.0.1:1/create",
    );
  });

  test.each([
    [{ ID: "a b" }, "ID"],
    [{ PORT: "x" }, "PORT"],
    [{ PORT: "65536" }, "PORT"],
    [{ JUMPS: "0" }, "JUMPS"],
    [{ CHAIN_SVC: "payment:3000" }, "CHAIN_SVC"],
    [{ MONGO_URL: "http://mongo" }, "MONGO_URL"],
    [{ BREAKWATER_POLICIES: "{" }, "BREAKWATER_POLICIES"],
    [{ OUTBOX_LIMIT: "1.5" }, "OUTBOX_LIMIT"],
  ])("%j is refused by name, with what is allowed", (env, name) => {
    expect(() => readConfig(env)).toThrow(new RegExp(`^${name} is ".*"; allowed: .+\\. .+`));
  });

  const run = (env: Record<string, string>) =>
    spawnSync(
      process.execPath,
      [
        "--conditions=breakwater-source",
        "--disable-warning=ExperimentalWarning",
        fileURLToPath(new URL("payment.ts", import.meta.url)),
      ],
      { env: { ...process.env, ...env }, encoding: "utf8" },
    );

  test("wrong ones end the process with 2 and one line", () => {
    const port = run({ PORT: "none" });
    expect([port.status, port.stderr]).toEqual([
      2,
      expect.stringMatching(/^PORT is "none"; .*\n$/),
    ]);
    const policies = JSON.stringify({ shipment: { timeout: "soon" } });
    const edge = { BREAKWATER_POLICIES: policies, SHIPMENT_URL: "http://127.0.0.1:1" };
    const wrong = run({ ...edge, PORT: "0", DATA_DIR: folder });
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining("timeout")]);
  });

  test("a port that is taken ends the process with 1", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const env = { PORT: String(port), DATA_DIR: folder, SHIPMENT_URL: "http://127.0.0.1:1" };
    const { status, stderr } = run({ ...env, ID: "busy", NEXT_URL: "http://127.0.0.1:1" });
    server.close();
    expect([status, stderr]).toEqual([1, expect.stringContaining("EADDRINUSE")]);
  });
});

describe("SIGTERM", () => {
  test("ends a service within 2 s with work under way, which goes on after a restart", async () => {
    const env = { DATA_DIR: folder };
    const payment = await serviceProcess("payment", env);
    const order = await serviceProcess("order", { ...env, PAYMENT_URL: payment.url });
    await order.start();
    for (let number = 0; number < 20; number++) {
      await fetch(`${order.url}/orders`, json(orderOf(`o-${number}`, number)));
    }
    const { tookMs, status } = await order.stop();
    expect(status).toBe(0);
    expect(tookMs).toBeLessThan(2000);
    await payment.start();
    await order.start();
    await until(async () => {
      const { waiting } = (await (await fetch(`${order.url}/health`)).json()) as {
        waiting: number;
      };
      const last = await fetch(`${order.url}/orders/o-19`);
      return waiting === 0 && ((await last.json()) as { complete: boolean }).complete;
    });
    await Promise.all([order.stop(), payment.stop()]);
  });
});
