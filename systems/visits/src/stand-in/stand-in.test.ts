import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test-support/stores.ts";
import { ProtocolError, RequestReader } from "./requests.ts";
import { StandIn } from "./server.ts";

const execute = promisify(execFile);

let folder: ReturnType<typeof temporaryFolder>;
let file = "";
let standIn: StandIn;

beforeEach(async () => {
  folder = temporaryFolder();
  file = join(folder.path, "data.jsonl");
  standIn = await StandIn.start({ file });
});
afterEach(async () => {
  await standIn.close();
  folder.remove();
});

async function restart(): Promise<void> {
  await standIn.close();
  standIn = await StandIn.start({ file });
}

/** Sends bytes as they are, and takes everything that comes back until the end. */
async function raw(text: string): Promise<string> {
  const socket = connect(standIn.port, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString("latin1");
  });
  socket.end(text, "latin1");
  await once(socket, "close");
  return answer;
}

const request = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
/** The reply to one command, and to the QUIT after it. */
const reply = async (...words: string[]): Promise<string> =>
  (await raw(request(...words) + request("QUIT"))).replace(/\+OK\r\n$/, "");

describe("clients", () => {
  test.each([2, 3] as const)("node-redis with RESP %d", async (RESP) => {
    const client = createClient({ url: `redis://127.0.0.1:${standIn.port}`, RESP });
    await client.connect();
    expect(await client.ping()).toBe("PONG");
    expect(await client.incr("n")).toBe(1);
    expect(await client.incrBy("n", 41)).toBe(42);
    expect(await client.get("n")).toBe("42");
    expect(await client.get("none")).toBeNull();
    expect(await client.set("text", "späť\u0000\n")).toBe("OK");
    expect(await client.get("text")).toBe("späť\u0000\n");
    expect(await client.del(["n", "text", "none"])).toBe(2);
    expect(await client.configGet("appendfsync")).toMatchObject({ appendfsync: "always" });
    expect(await client.info()).toContain("server_name:breakwater-stand-in");
    await expect(client.set("a", "b", { expiration: { type: "EX", value: 1 } })).rejects.toThrow(
      "takes no options",
    );
    await expect(client.hGet("a", "b")).rejects.toThrow("this stand-in for Redis knows only");
    await client.close();
  });

  test("ioredis", async () => {
    const client = new Redis({ port: standIn.port, host: "127.0.0.1" });
    expect(await client.incr("n")).toBe(1);
    expect(await client.get("n")).toBe("1");
    await client.quit();
  });

  test("redis-cli", async (context) => {
    if (spawnSync("redis-cli", ["--version"]).error !== undefined) {
      if (process.env.BREAKWATER_REQUIRE_ALL === "1") throw new Error("redis-cli is not there");
      console.warn("skipped without redis-cli: apt-get install redis-server");
      context.skip();
    }
    const run = async (...words: string[]) =>
      (await execute("redis-cli", ["-p", String(standIn.port), ...words])).stdout.trim();
    expect(await run("INCR", "n")).toBe("1");
    expect(await run("-3", "GET", "n")).toBe("1");
    expect(await run("INFO")).toContain("This is not Redis");
    expect(await run("NOPE")).toContain("ERR unknown command 'NOPE'");
  });

  test("a monitor sees what others send, with everything escaped that a terminal obeys", async () => {
    const socket = connect(standIn.port, "127.0.0.1");
    let seen = "";
    socket.on("data", (chunk) => {
      seen += chunk.toString("latin1");
    });
    socket.write(request("MONITOR"));
    await expect.poll(() => seen).toBe("+OK\r\n");
    await reply("SET", "visits", '\u001b[31m"\r\n\u00ff');
    await expect
      .poll(() => seen)
      .toMatch(
        /^\+\d+\.\d{6} \[0 127\.0\.0\.1:\d+\] "SET" "visits" "\\x1b\[31m\\"\\r\\n\\xff"\r$/m,
      );
    socket.destroy();
  });

  test("SHUTDOWN ends it, and what was answered is kept", async () => {
    expect(await raw(request("INCR", "n") + request("SHUTDOWN"))).toBe(":1\r\n+OK\r\n");
    await standIn.ended;
    standIn = await StandIn.start({ file });
    expect(await reply("GET", "n")).toBe("$1\r\n1\r\n");
  });
});

describe("commands", () => {
  test.each([
    [["NOPE"], "-ERR unknown command 'NOPE'"],
    [["constructor"], "-ERR unknown command"],
    [["GET"], "-ERR wrong number of arguments for 'get' command"],
    [["INCRBY", "n", "1.5"], "-ERR value is not an integer or out of range"],
    [["INCRBY", "n", "9223372036854775808"], "-ERR value is not an integer or out of range"],
    [["SELECT", "1"], "-ERR the stand-in has one database"],
    [["HELLO", "4"], "-NOPROTO unsupported protocol version"],
    [["CONFIG", "SET", "appendfsync", "no"], "-ERR the stand-in's CONFIG knows only GET"],
  ])("%j is refused", async (words, answer) => {
    expect(await reply(...words)).toContain(answer);
    expect(await reply("DBSIZE")).toBe(":0\r\n");
  });

  test("a number does not leave its 64 bits, and text is none", async () => {
    await reply("SET", "n", "9223372036854775807");
    expect(await reply("INCR", "n")).toContain("-ERR increment or decrement would overflow");
    expect(await reply("DECR", "n")).toBe(":9223372036854775806\r\n");
    await reply("SET", "n", "many");
    expect(await reply("INCR", "n")).toContain("-ERR value is not an integer");
  });

  test.each([
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "*1\r\n+PING\r\n",
    "*-1\r\n",
    "*99999999\r\n",
    "*1\r\n$99999999\r\n",
    "*1111111111111111111111111111111",
  ])("%j is no command, and ends the connection", async (text) => {
    expect(await raw(text)).toMatch(/^-ERR Protocol error: [^\r\n]+\r\n$/);
    expect(await reply("PING")).toBe("+PONG\r\n");
  });
});

describe("the reader of requests", () => {
  test("finds the same commands however the bytes are cut", () => {
    const words = fc.array(fc.string({ unit: "binary-ascii" }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(words), fc.array(fc.nat(30)), (requests, cuts) => {
        const bytes = Buffer.from(requests.map((each) => request(...each)).join(""), "latin1");
        const reader = new RequestReader();
        const found: string[][] = [];
        let from = 0;
        for (const cut of cuts) {
          found.push(...reader.read(bytes.subarray(from, from + cut)));
          from = Math.min(from + cut, bytes.length);
        }
        found.push(...reader.read(bytes.subarray(from)));
        expect(found).toEqual(requests);
      }),
    );
  });

  test("takes any bytes, or says that they are none of the protocol", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          for (const words of new RequestReader().read(Buffer.from(bytes))) {
            expect(words.length).toBeGreaterThan(0);
          }
        } catch (problem) {
          expect(problem).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

describe("the journal", () => {
  test("holds over a restart, and a last line that was cut off is left out for good", async () => {
    await reply("INCR", "n");
    await reply("INCR", "n");
    await reply("SET", "gone", "x");
    await reply("DEL", "gone");
    await standIn.close();
    appendFileSync(file, '["set","n","99');
    standIn = await StandIn.start({ file });
    expect(standIn.tornBytes).toBe('["set","n","99'.length);
    expect(await reply("INCR", "n")).toBe(":3\r\n");
    await restart();
    expect(standIn.tornBytes).toBe(0);
    expect(await reply("GET", "n")).toBe("$1\r\n3\r\n");
    expect(await reply("DBSIZE")).toBe(":1\r\n");
  });

  test.each(["nonsense", "{}", '["set","n"]', '["set","n",7]', '["get","n"]'])(
    "with the line %s in it, it is refused and named",
    async (line) => {
      await standIn.close();
      writeFileSync(file, `["set","n","1"]\n${line}\n["set","n","2"]\n`);
      await expect(StandIn.start({ file })).rejects.toThrow("data.jsonl, line 2: this is no entry");
      writeFileSync(file, "");
      standIn = await StandIn.start({ file });
    },
  );

  test("is rewritten when it is long and mostly past", async () => {
    await standIn.close();
    const value = "x".repeat(1000);
    writeFileSync(file, `["set","n","${value}"]\n`.repeat(17_000));
    standIn = await StandIn.start({ file });
    expect(readFileSync(file, "utf8")).toBe(`["set","n","${value}"]\n`);
    await reply("SET", "m", "1");
    await restart();
    expect(await reply("DBSIZE")).toBe(":2\r\n");
  });

  test("is rewritten while it works, and goes on", async () => {
    const client = createClient({ url: `redis://127.0.0.1:${standIn.port}` });
    await client.connect();
    const value = "x".repeat(1_000_000);
    for (let i = 0; i < 18; i++) await client.set("n", value);
    expect(await client.incr("visits")).toBe(1);
    client.destroy();
    expect(readFileSync(file).length).toBeLessThan(4_000_000);
    await restart();
    expect(await reply("INCR", "visits")).toBe(":2\r\n");
    expect(await reply("DBSIZE")).toBe(":2\r\n");
  });

  test.runIf(process.platform === "linux")("belongs to one process at a time", async () => {
    await expect(StandIn.start({ file })).rejects.toThrow("is in use by another stand-in");
  });

  test("a store that is full takes no more, and answers on", async () => {
    const big = "x".repeat(1_000_000);
    const client = createClient({ url: `redis://127.0.0.1:${standIn.port}` });
    await client.connect();
    const sets = Array.from({ length: 70 }, (_, i) => client.set(`k${i}`, big));
    const ended = await Promise.allSettled(sets);
    expect(ended.filter(({ status }) => status === "fulfilled").length).toBe(67);
    await expect(client.set("more", big)).rejects.toThrow("OOM");
    expect(await client.del("k0")).toBe(1);
    expect(await client.set("more", big)).toBe("OK");
    client.destroy();
  });
});
