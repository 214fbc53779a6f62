import type { Request } from "./request.ts";

/** The requests that an instance has in service, in the order in which they were taken up. */
export class InService {
  count = 0;
  #first: Request | undefined = undefined;
  #last: Request | undefined = undefined;

  add(request: Request): void {
    this.count++;
    request.before = this.#last;
    if (this.#last === undefined) this.#first = request;
    else this.#last.behind = request;
    this.#last = request;
  }

  remove(request: Request): void {
    this.count--;
    const { before, behind } = request;
    if (before === undefined) {
      if (this.#first === request) this.#first = behind;
    } else {
      before.behind = behind;
    }
    if (behind === undefined) {
      if (this.#last === request) this.#last = before;
    } else {
      behind.before = before;
    }
    request.before = request.behind = undefined;
  }

  all(): Request[] {
    const all: Request[] = [];
    for (let request = this.#first; request !== undefined; request = request.behind) {
      all.push(request);
    }
    return all;
  }
}
