/**
 * The guard of a live run: started before anything else, and ends with it. It watches a pipe from the tool; when
 * that ends without a farewell (the tool was killed, even with kill -9), it continues what was stopped, kills every
 * process that the run has started, and removes what the run has put on the disk.
 */
import { readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { GUARD_VARIABLE, type ToGuard } from "./guard-messages.ts";

const groups = new Set<number>();
const folders = new Set<string>();
const cgroups = new Set<string>();
let farewell = false;

// Whatever ends the tool must not end its guard.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const message = JSON.parse(line) as ToGuard;
  if (message.type === "group") groups.add(message.id);
  else if (message.type === "groupGone") groups.delete(message.id);
  else if (message.type === "folder") folders.add(message.path);
  else if (message.type === "cgroup") cgroups.add(message.path);
  else farewell = true;
});
lines.on("close", () => {
  if (!farewell) cleanUp();
  process.exit(0);
});
process.stdout.write("ready\n");

function cleanUp(): void {
  for (const id of groups) kill(-id);
  for (const pid of marked()) kill(pid);
  for (const path of folders) attempt(() => rmSync(path, { recursive: true, force: true }));
  for (const path of cgroups) attempt(() => rmdirSync(path));
}

function kill(id: number): void {
  attempt(() => process.kill(id, "SIGCONT"));
  attempt(() => process.kill(id, "SIGKILL"));
}

/** Processes that carry the run's mark: those that were started in the tool's last moment, or that left their group. */
function marked(): number[] {
  const mark = `${GUARD_VARIABLE}=${process.env[GUARD_VARIABLE]}`;
  const found: number[] = [];
  attempt(() => {
    for (const name of readdirSync("/proc")) {
      const pid = Number(name);
      if (!Number.isInteger(pid) || pid === process.pid) continue;
      attempt(() => {
        const environment = readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
        if (environment.includes(mark)) found.push(pid);
      });
    }
  });
  return found;
}

/** What is gone already needs no clearing away. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // Not there any more, or not ours: nothing to do.
  }
}
