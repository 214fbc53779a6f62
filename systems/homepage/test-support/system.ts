import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { type SystemOptions, startAll } from "../src/all.ts";
import type { RunningService } from "../src/service/listening.ts";
import { sqliteStore } from "../src/settings/sqlite-store.ts";

export const TOKEN = { authorization: "Token 0x132" };

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** Runs after the test, the latest first. */
export function afterwards(clean: () => Promise<unknown> | unknown): void {
  cleanups.push(clean);
}

/** A file for settings in a folder that goes away after the test. */
export function settingsFile(after = afterwards): string {
  const folder = mkdtempSync(join(tmpdir(), "homepage-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "settings.db");
}

export interface System {
  readonly home: string;
  readonly settings: string;
  readonly services: Readonly<Record<string, RunningService>>;
  readonly log: Record<string, unknown>[];
  /** Loads the page. */
  page(headers?: Record<string, string>): Promise<Answer>;
  /** Changes the settings and waits until all services have heard of it. */
  change(settings: object, method?: "PUT" | "PATCH"): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it
  readonly body: any;
}

/** All services in this process, on free ports, closed after the test, or when `after` says. */
export async function system(
  options: Partial<SystemOptions> = {},
  after = afterwards,
): Promise<System> {
  const log: Record<string, unknown>[] = [];
  const accessLog = (lines: string): void => {
    for (const line of lines.trimEnd().split("\n")) log.push(JSON.parse(line));
  };
  const store = options.store ?? sqliteStore(settingsFile(after));
  const running = await startAll({ accessLog, ...options, store });
  after(async () => {
    for (const service of running) {
      service.app.server.closeAllConnections();
      await service.close();
    }
  });
  const services = Object.fromEntries(running.map((service) => [service.name, service]));
  const home = services.homepage?.url ?? "";
  const settings = services.settings?.url ?? "";
  return {
    home,
    settings,
    services,
    log,
    page: (headers = TOKEN) => ask(home, { headers }),
    change: async (body, method = "PATCH") => {
      const answer = await send(settings, method, body);
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
      const revision = Number(answer.headers.get("etag")?.replaceAll('"', ""));
      const heard = running.filter(({ name }) => name !== "settings");
      await until(async () => {
        const texts = await Promise.all(heard.map(async ({ app }) => app.inject("/metrics")));
        return texts.every(
          ({ body: text }) => metric(text, "homepage_settings_revision") >= revision,
        );
      });
    },
  };
}

export function send(settings: string, method: string, body: unknown): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return ask(`${settings}/settings`, { method, headers, body: text });
}

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const json = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    body: json ? JSON.parse(text) : text,
  };
}

/** The sum of a metric's samples, of those that have the labels. */
export function metric(text: string, name: string, labels = ""): number {
  const lines = text.split("\n").filter((line) => {
    return line.startsWith(`${name}{`) && line.includes(labels);
  });
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

/** Waits until something is so; fails when it is not within ten seconds. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > untilMs) throw new Error("it did not become so in time");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What a server answers to these bytes until it closes the connection. */
export async function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk) => {
    text += chunk;
  });
  // A server that refuses early may reset the connection while the rest is still being sent.
  socket.on("error", () => {});
  socket.write(bytes, "latin1");
  socket.setTimeout(5000, () => socket.destroy());
  await once(socket, "close");
  return text;
}
