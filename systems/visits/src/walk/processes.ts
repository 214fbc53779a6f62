import { spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { StoreKind } from "../process/start.ts";
import type { Stage, Values } from "./stage.ts";

/** Programs that the stage runs, besides Node. */
const PROGRAMS = ["curl", "grep", "kill", "ps", "tail"] as const;

/** Those of them that are not there. */
export function missingPrograms(): string[] {
  return PROGRAMS.filter((program) => spawnSync(program, ["--version"]).error !== undefined);
}

/** The walk without containers: the page and the store are processes of this machine. */
export function processStage(kind: Exclude<StoreKind, "url">, dataFolder: string): Stage {
  const node = ["node", ...process.execArgv];
  const source = import.meta.url.endsWith(".ts") ? "src/all.ts" : "dist/all.js";
  const hasCli = spawnSync("redis-cli", ["--version"]).status === 0;
  return {
    name: `processes with ${kind}`,
    folder: fileURLToPath(new URL("../..", import.meta.url)),
    env: {
      ...process.env,
      // "node" is the Node that plays the walk.
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`,
      VISITS_STORE: kind,
      VISITS_DATA: dataFolder,
      NAME: "Ada",
      PORT: "0",
    },
    commands: {
      up: [...node, source],
      ps: ["ps", "-o", "pid,stat,args", "-p", "{page},{store}"],
      id: ["ps", "-o", "uid,user,args", "-p", "{page}"],
      logs: ["tail", "-n", "4", "{log}"],
      port: ["grep", "-o", '"listening":"[^"]*"', "{log}"],
      visit: ["curl", "-sS", "-w", "took %{time_total} s\\n", "{url}"],
      // The stand-in answers redis-cli as well; it comes with the real one.
      monitor: hasCli
        ? ["redis-cli", "-p", "{storePort}", "monitor"]
        : [...node, source.replace("all", "monitor"), "{storeUrl}"],
      pause: ["kill", "-STOP", "{store}"],
      unpause: ["kill", "-CONT", "{store}"],
      down: ["kill", "{pid}"],
    },
    shows: {
      ps: kind === "stand-in" ? /redis-stand-in[\s\S]*visits/ : /redis-server[\s\S]*visits/,
      id: /^ *\d+ \S+ .*visits/m,
      logs: /\n/,
      port: /http:\/\/127\.0\.0\.1:\d+/,
    },
    learns: { up: learned },
    stay: new Set(["up", "monitor"]),
  };
}

interface Announcement {
  readonly listening: string;
  readonly page: { readonly pid: number };
  readonly store: { readonly url: string; readonly pid: number };
}

/** From the line that says that both can be used. */
function learned(output: string): Values | undefined {
  const line = output.split("\n").find((each) => each.startsWith('{"listening":'));
  if (line === undefined) return undefined;
  const { listening, page, store } = JSON.parse(line) as Announcement;
  return {
    url: listening,
    page: String(page.pid),
    store: String(store.pid),
    storeUrl: store.url,
    storePort: new URL(store.url).port,
  };
}
