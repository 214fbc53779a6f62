import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Stage, Values } from "./stage.ts";

/** What plays the walk in containers: "docker compose", or version 1, "docker-compose". */
const USUAL = "docker compose";

/** Why the walk cannot be played in containers; undefined when it can. */
export function missingEngine(compose = USUAL): string | undefined {
  const [program = "", ...words] = compose.split(" ");
  if (spawnSync("docker", ["info"]).status !== 0) return "a Docker engine that answers";
  if (spawnSync(program, [...words, "version"]).status !== 0) return compose;
  return undefined;
}

/** Builds the image, so that `up` has only to start it. @throws Error with what the build has written */
export function buildImages(stage: Stage): void {
  const [program = "", ...words] = stage.commands.up.slice(0, stage.commands.up.indexOf("up"));
  const { folder: cwd, env } = stage;
  const ended = spawnSync(program, [...words, "build"], { cwd, env, encoding: "utf8" });
  if (ended.status !== 0) throw new Error(`the image was not built:\n${ended.stderr}`);
}

/** The walk in containers: deploy/visits/compose.yaml under a project name of its own. */
export function composeStage(project: string, compose = USUAL): Stage {
  const words = (line: string): string[] => `${compose} ${line}`.split(" ");
  return {
    name: `containers with ${compose}`,
    folder: fileURLToPath(new URL("../../../../deploy/visits", import.meta.url)),
    env: {
      ...process.env,
      COMPOSE_PROJECT_NAME: project,
      COMPOSE_FILE: "compose.yaml",
      NAME: "Ada",
      // The balancer is not walked through: it takes any free port.
      VISITS_PORT: "0",
      VISITS_STATUS_PORT: "0",
    },
    commands: {
      up: words("up -d"),
      ps: words("ps"),
      id: words("exec -T web id"),
      logs: words("logs --tail=4 web"),
      port: words("port web 8080"),
      visit: ["curl", "-sS", "-w", "took %{time_total} s\\n", "{url}"],
      monitor: words("exec -T redis redis-cli monitor"),
      pause: words("pause redis"),
      unpause: words("unpause redis"),
      down: words("down --volumes"),
    },
    shows: {
      ps: /^(?=[\s\S]*redis.*\(healthy\))(?:[\s\S]*web.*\(healthy\)){2}/,
      id: /uid=1000\(node\)/,
      logs: /"listening"|"route"|circuit/,
      port: /127\.0\.0\.1:\d+/,
    },
    learns: { port: addressOf },
    stay: new Set(["monitor"]),
    repeats: new Set(["ps"]),
  };
}

function addressOf(output: string): Values | undefined {
  const [address] = /127\.0\.0\.1:\d+/.exec(output) ?? [];
  return address === undefined ? undefined : { url: `http://${address}` };
}
