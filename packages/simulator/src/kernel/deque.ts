/** A queue open at both ends, in a ring that grows: every operation takes constant time. */
export class Deque<T> {
  length = 0;
  #ring: (T | undefined)[] = new Array(16).fill(undefined);
  #head = 0;

  pushBack(item: T): void {
    if (this.length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.length++) & (this.#ring.length - 1)] = item;
  }

  pushFront(item: T): void {
    if (this.length === this.#ring.length) this.#grow();
    this.#head = (this.#head - 1) & (this.#ring.length - 1);
    this.#ring[this.#head] = item;
    this.length++;
  }

  popFront(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.length--;
    return item;
  }

  popBack(): T | undefined {
    if (this.length === 0) return undefined;
    const index = (this.#head + --this.length) & (this.#ring.length - 1);
    const item = this.#ring[index];
    this.#ring[index] = undefined;
    return item;
  }

  #grow(): void {
    const { length } = this;
    const ring = new Array<T | undefined>(length * 2).fill(undefined);
    for (let i = 0; i < length; i++) ring[i] = this.#ring[(this.#head + i) & (length - 1)];
    this.#ring = ring;
    this.#head = 0;
  }
}
