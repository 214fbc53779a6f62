// What HAProxy's status page says of the workers.

export interface WorkerStatus {
  readonly name: string;
  /** UP, DOWN, or MAINT for a place that no container has taken. */
  readonly status: string;
  /** Why the last health check ended as it did, such as L7OK or L7TOUT. */
  readonly check: string;
  /** Requests so far. */
  readonly sessions: number;
}

/** @param url that of the status page */
export async function workersOf(url: string): Promise<WorkerStatus[]> {
  const response = await fetch(new URL("/;csv", url));
  if (response.status !== 200) throw new Error(`the status page answers ${response.status}`);
  return workersIn(await response.text());
}

/** Reads the table: "up 1/2" is on its way down, and still UP. */
export function workersIn(csv: string): WorkerStatus[] {
  const [head = "", ...rows] = csv.trim().split("\n");
  const names = head.replace(/^# /, "").split(",");
  return rows.flatMap((row) => {
    const cells = row.split(",");
    const cell = (name: string): string => cells[names.indexOf(name)] ?? "";
    if (cell("pxname") !== "workers" || cell("svname") === "BACKEND") return [];
    const [status = ""] = cell("status").split(" ");
    const check = cell("check_status").replace("* ", "");
    return [{ name: cell("svname"), status, check, sessions: Number(cell("stot")) }];
  });
}

export async function countOf(url: string, status: string): Promise<number> {
  return (await workersOf(url)).filter((worker) => worker.status === status).length;
}
