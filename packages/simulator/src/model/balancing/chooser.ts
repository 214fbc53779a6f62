import type { Instance } from "../instance.ts";
import type { Request } from "../request.ts";

/** One way of balancing. */
export interface Chooser {
  /** @param among those that may be asked, at least one, in the order of their numbers */
  choose(among: readonly Instance[], request: Request): Instance;
}
