export interface Countdown {
  /** Sets the time by the attributes as they are now, counted from when the fault struck; 0 means never. */
  readonly start: () => void;
  readonly stop: () => void;
}

export function countdown(afterMs: () => number, then: () => void): Countdown {
  const beganMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    start: () => {
      stop();
      if (afterMs() === 0) return;
      const leftMs = beganMs + afterMs() - performance.now();
      timer = setTimeout(then, Math.max(0, Math.ceil(leftMs)));
    },
    stop,
  };
}
