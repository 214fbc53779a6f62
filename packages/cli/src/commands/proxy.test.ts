import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createFaultProxies, serveAdmin } from "@breakwater/live";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Ran, runMain } from "../testing/test-io.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "breakwater-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** The verbs, asked of a proxy in this process. */
async function lab() {
  const proxies = createFaultProxies();
  const admin = await serveAdmin(proxies, { port: 0 });
  onTestFinished(async () => {
    await admin.close();
    await proxies.close();
  });
  const cwd = folder();
  const run = (...words: string[]): Promise<Ran> =>
    runMain(["proxy", ...words], cwd, { env: { TOXIPROXY_URL: admin.url } });
  return { proxies, run, cwd, url: admin.url };
}

const created = ["create", "-l", "localhost:0", "-u", "127.0.0.1:9"];

describe("verbs", () => {
  test("create, list, inspect, toggle, delete", async () => {
    const { run, proxies } = await lab();
    expect(await run(...created, "a")).toMatchObject({ code: 0, out: "Created new proxy a\n" });
    await run(...created, "--http", "--upstream-down", "close", "b");
    const [a, b] = proxies.list();
    expect(b).toMatchObject({ protocol: "http", upstreamDown: "close" });
    expect((await run("list")).out).toBe(
      `a\t${a?.listen}\t127.0.0.1:9\tenabled\t0\nb\t${b?.listen}\t127.0.0.1:9\tenabled\t0\n`,
    );
    expect((await run("toggle", "--ttl", "1h", "a")).out).toBe("Proxy a is now disabled\n");
    expect(a?.enablesInMs).toBeGreaterThan(3_500_000);
    expect((await run("toggle", "a")).out).toBe("Proxy a is now enabled\n");
    expect(JSON.parse((await run("inspect", "--json", "a")).out)).toMatchObject({ toxics: [] });
    expect((await run("delete", "a")).out).toBe("Deleted proxy a\n");
    expect(proxies.list()).toEqual([b]);
  });

  test("toxic add, update, remove", async () => {
    const { run, proxies } = await lab();
    const proxy = await proxies.create({ name: "p", upstream: "127.0.0.1:9" });
    const added = await run(
      ..."toxic add -t latency -n slow -a latency=100 -a jitter=50 --toxicity 0.5 -u --ttl 30s p".split(
        " ",
      ),
    );
    expect(added).toMatchObject({
      code: 0,
      out: "Added upstream latency toxic 'slow' on proxy 'p'\n",
    });
    const attributes = { latency: 100, jitter: 50 };
    expect(proxy.faults()).toMatchObject([
      { stream: "upstream", toxicity: 0.5, ttlMs: 30_000, attributes },
    ]);
    const updated = await run("toxic", "update", "--toxicName", "slow", "-a", "jitter=5", "p");
    expect(updated.out).toBe("Updated toxic 'slow' on proxy 'p'\n");
    expect(proxy.fault("slow")).toMatchObject({
      toxicity: 0.5,
      attributes: { latency: 100, jitter: 5 },
    });
    expect((await run("inspect", "p")).out).toMatch(
      /^slow\ttype=latency\tstream=upstream\ttoxicity=0.50\tattributes=\[\tjitter=5\tlatency=100\t\]\texpires_in=\d+\n$/,
    );
    await run(
      "toxic",
      "add",
      "-t",
      "http_error",
      "-a",
      'headers={"Retry-After":"3"}',
      "-a",
      "body=7",
      "p",
    );
    expect(proxy.fault("http_error_downstream")?.attributes).toMatchObject({
      status: 503,
      body: "7",
      headers: { "Retry-After": "3" },
    });
    expect((await run("toxic", "remove", "-n", "slow", "p")).code).toBe(0);
    expect((await run("reset")).code).toBe(0);
    expect(proxy.faults()).toEqual([]);
  });

  test("populate and connections", async () => {
    const { run, proxies, cwd } = await lab();
    const toxics = [{ type: "timeout" }];
    const file = [{ name: "p", listen: "127.0.0.1:0", upstream: "127.0.0.1:9", toxics }];
    writeFileSync(join(cwd, "proxies.json"), JSON.stringify(file));
    expect((await run("populate", "proxies.json")).out).toMatch(
      /^p\t127.0.0.1:\d+\t127.0.0.1:9\n$/,
    );
    expect((await run("connections", "p")).out).toMatch(/^Connection {2}Client/);
    expect(proxies.get("p")?.faults()).toMatchObject([{ type: "timeout" }]);
  });

  test("say what is wrong", async () => {
    const { run, cwd } = await lab();
    const wrong = async (...words: string[]) => {
      const { code, err } = await run(...words);
      return [code, err];
    };
    expect(await wrong("inspect", "x")).toEqual([
      2,
      "error: Failed to retrieve proxy x: proxy not found\n",
    ]);
    expect(await wrong("create", "x")).toEqual([2, expect.stringContaining("'listen' was empty")]);
    expect(await wrong("toxic", "add", "p")).toEqual([
      2,
      expect.stringContaining("'type' was empty"),
    ]);
    expect(await wrong("toxic", "add", "-t", "latency", "-a", "x", "p")).toEqual([
      2,
      expect.stringContaining("needs KEY=VALUE"),
    ]);
    expect(await wrong("craete")).toEqual([2, expect.stringContaining("no verb craete")]);
    expect(await wrong("populate", "none.json")).toEqual([
      2,
      expect.stringContaining("no such file"),
    ]);
    const nobody = await runMain(["proxy", "list", "--host", "http://127.0.0.1:9"], cwd);
    expect(nobody.code).toBe(3);
    expect(nobody.err).toContain("start one with: breakwater proxy");
  });

  test("help of each verb has its options", async () => {
    const { out } = await runMain(["help", "proxy", "toxic", "add"], ".");
    expect(out).toContain("--attribute");
    const all = await runMain(["help", "proxy"], ".");
    expect(all.out).toContain("breakwater proxy toxic remove");
  });
});

test("serves as a process until SIGTERM, which closes everything", {
  timeout: 30_000,
}, async () => {
  const cwd = folder();
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  const upstream = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = [{ name: "p", listen: "127.0.0.1:0", upstream }];
  writeFileSync(join(cwd, "config.json"), JSON.stringify(file));
  const bin = fileURLToPath(new URL("../bin.ts", import.meta.url));
  const words = ["--conditions=breakwater-source", bin, "proxy", "--port", "0", "--proxy-metrics"];
  const child = spawn(process.execPath, [...words, "--config", "config.json", "--ttl", "60s"], {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const url = String((await lines.next()).value).replace("listening on ", "");
  const [, port] = String((await lines.next()).value).match(/^p: 127\.0\.0\.1:(\d+) -> /) ?? [];
  expect(await (await fetch(`${url}/metrics`)).text()).toContain(
    'breakwater_proxy_connections{proxy="p"} 0',
  );
  const added = await runMain(["proxy", "toxic", "add", "-t", "timeout", "--host", url, "p"], cwd);
  expect(added.code).toBe(0);
  const shown = await runMain(["proxy", "inspect", "--host", url, "p"], cwd);
  expect(shown.out).toMatch(/expires_in=\d+/);
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  child.kill("SIGTERM");
  const [[code]] = await Promise.all([once(child, "exit"), once(socket, "close")]);
  expect(code).toBe(0);
});
