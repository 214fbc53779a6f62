import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Limits are given per so many microseconds: short, so that the limited process is slow and not jerky. */
const PERIOD_US = 20_000;

/** A limit on the processor time of a process, and of what it starts, for as long as it stands. */
export interface CpuLimit {
  readonly path: string;
  remove(): void;
}

/**
 * Limits a process to a share of one processor, through the system's cgroups. Says why where that is not possible.
 * @param share above 0; 1 is one whole processor
 */
export function limitCpu(name: string, pid: number, share: number): CpuLimit | string {
  const quotaUs = Math.max(1000, Math.round(PERIOD_US * share));
  try {
    return existsSync("/sys/fs/cgroup/cgroup.controllers")
      ? unified(name, pid, quotaUs)
      : legacy(name, pid, quotaUs);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `this system allows no CPU limit: ${reason}`;
  }
}

function unified(name: string, pid: number, quotaUs: number): CpuLimit {
  const root = "/sys/fs/cgroup";
  const own = (/^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8")) ?? [])[1] ?? "/";
  writeFileSync(join(root, "cgroup.subtree_control"), "+cpu");
  const path = join(root, name);
  mkdirSync(path);
  return moved(path, pid, join(root, own), () => {
    writeFileSync(join(path, "cpu.max"), `${quotaUs} ${PERIOD_US}`);
  });
}

function legacy(name: string, pid: number, quotaUs: number): CpuLimit {
  const root = "/sys/fs/cgroup/cpu";
  const cgroups = readFileSync(`/proc/${pid}/cgroup`, "utf8");
  const own = (/^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/m.exec(cgroups) ?? [])[1] ?? "/";
  const path = join(root, name);
  mkdirSync(path);
  return moved(path, pid, join(root, own), () => {
    writeFileSync(join(path, "cpu.cfs_period_us"), String(PERIOD_US));
    writeFileSync(join(path, "cpu.cfs_quota_us"), String(quotaUs));
  });
}

/** Puts the process into the new group, and at the end back and the group away. */
function moved(path: string, pid: number, before: string, limit: () => void): CpuLimit {
  const remove = () => {
    try {
      for (const line of readFileSync(join(path, "cgroup.procs"), "utf8").trim().split("\n")) {
        if (line !== "") writeFileSync(join(before, "cgroup.procs"), line);
      }
      rmdirSync(path);
    } catch {
      // The process is gone, and the group with it or soon after.
    }
  };
  try {
    limit();
    writeFileSync(join(path, "cgroup.procs"), String(pid));
  } catch (error) {
    remove();
    throw error;
  }
  return { path, remove };
}
