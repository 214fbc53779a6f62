import { expect, test } from "vitest";
import { contenders } from "./proxy/contender.ts";
import { proxyTable } from "./proxy.ts";

test("the proxy's benchmark measures every contender, or says what is missing", async () => {
  const text = await proxyTable({ forMs: 50, connections: 2 }, 1, () => {});
  for (const { name } of contenders) {
    const row = new RegExp(
      `\\| ${name} \\| [1-9]\\d* MB/s \\| \\d+ % \\| [1-9]\\d* \\| \\d+ % \\|`,
    );
    expect(text.match(row) !== null || text.includes(`${name} was left out. `), name).toBe(true);
  }
  expect(text).toContain("| direct | ");
  expect(text).toContain("| breakwater proxy | ");
}, 60_000);
