/**
 * A quorum: branches that begin together, of which some have to succeed. The request goes on once they have, and
 * fails when too many have failed. What was not needed goes on beside it until the request is answered, or is cut
 * off: its calls are cancelled, its piece of work in hand is finished, and nothing follows.
 */
import type { QuorumOp } from "@breakwater/scenario/plan";
import type { Branch } from "./branch.ts";
import type { Edge } from "./edge.ts";
import type { Instance } from "./instance.ts";
import type { Request } from "./request.ts";

export class Quorum {
  readonly parent: Branch;
  readonly #request: Request;
  readonly #op: QuorumOp<Edge>;
  readonly #open = new Set<Branch>();
  #succeeded = 0;
  #failed = 0;
  #beginning = true;
  #settled: "ok" | "failed" | undefined = undefined;

  constructor(parent: Branch, op: QuorumOp<Edge>) {
    this.parent = parent;
    this.#request = parent.request;
    this.#op = op;
  }

  /**
   * True when the request goes on at once.
   * @param branchFor a branch of this quorum
   */
  begin(branchFor: (ops: QuorumOp<Edge>["branches"][number]) => Branch): boolean {
    const request = this.#request;
    // The worker is not let go before every branch had its turn to need it.
    request.working++;
    const branches = this.#op.branches.map(branchFor);
    for (const branch of branches) this.#open.add(branch);
    for (const branch of branches) if (this.#open.has(branch)) branch.run();
    this.#beginning = false;
    request.working--;
    if (request.state !== "inService") return false;
    if (this.#settled === "failed") this.parent.fail();
    else if (this.#settled === undefined) (request.instance as Instance).beginWaiting(request);
    return this.#settled === "ok";
  }

  ended(branch: Branch, ok: boolean): void {
    this.#open.delete(branch);
    if (!ok) this.#cut(branch);
    if (this.#settled === undefined) {
      if (ok) this.#succeeded++;
      else this.#failed++;
      const { needs, branches } = this.#op;
      if (this.#succeeded === needs) this.#settle("ok");
      else if (this.#failed > branches.length - needs) this.#settle("failed");
      if (this.#settled !== undefined) return;
    }
    (this.#request.instance as Instance).beginWaiting(this.#request);
  }

  #settle(how: "ok" | "failed"): void {
    this.#settled = how;
    if (how === "failed" || this.#op.cancels) {
      for (const branch of this.#open) this.#cut(branch);
      this.#open.clear();
    }
    if (this.#beginning || this.#request.state !== "inService") return;
    if (how === "ok") this.parent.run();
    else this.parent.fail();
  }

  #cut(branch: Branch): void {
    const request = this.#request;
    request.cut ??= new Set();
    request.cut.add(branch);
    for (const call of [...request.calls]) {
      if (isWithin(call.parent as Branch, branch)) call.edge.cancel(call);
    }
  }
}

function isWithin(branch: Branch, outer: Branch): boolean {
  for (let at: Branch | undefined = branch; at !== undefined; at = above(at)) {
    if (at === outer) return true;
  }
  return false;
}

/** Whether a quorum has given this branch up. */
export function isCut(branch: Branch): boolean {
  const { cut } = branch.request;
  if (cut === undefined) return false;
  for (let at: Branch | undefined = branch; at !== undefined; at = above(at)) {
    if (cut.has(at)) return true;
  }
  return false;
}

function above({ parent }: Branch): Branch | undefined {
  return parent instanceof Quorum ? parent.parent : parent;
}
