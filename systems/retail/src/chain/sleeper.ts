/** Pauses of one loop that can be cut short. */
export class Sleeper {
  #cut: (() => void) | undefined = undefined;
  #early = false;
  #woken = false;
  #ended = false;

  /** @param early whether `wake` ends it, also one from before it began; milliseconds */
  async sleep(ms: number, early: boolean): Promise<void> {
    this.#early = early;
    if (!this.#ended && !(early && this.#woken)) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#cut = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#cut = undefined;
    this.#woken = false;
  }

  wake(): void {
    this.#woken = true;
    if (this.#early) this.#cut?.();
  }

  /** Ends this pause and makes all others short. */
  end(): void {
    this.#ended = true;
    this.#cut?.();
  }
}
