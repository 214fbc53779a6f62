/** Its value marks every process of one run. */
export const GUARD_VARIABLE = "BREAKWATER_LIVE_RUN";

/** One JSON object to a line, from the tool to its guard. */
export type ToGuard =
  | { readonly type: "group" | "groupGone"; readonly id: number }
  | { readonly type: "folder" | "cgroup"; readonly path: string }
  /** Everything is cleared away already. */
  | { readonly type: "farewell" };
