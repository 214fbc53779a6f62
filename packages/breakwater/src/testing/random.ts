/**
 * Random numbers by key: a number depends on what it is for and on nothing else, so that a changed rate or one more
 * call leaves every other draw as it was. The mixer is the 32-bit finaliser "lowbias32" (C. Wellons, hash-prospector).
 */
const PURPOSES = { latency: 1, error: 2, hang: 3, backoff: 4, dependency: 5, arrival: 6 } as const;

export type Purpose = keyof typeof PURPOSES;

function mix(word: number): number {
  let h = word;
  h ^= h >>> 16;
  h = Math.imul(h, 0x21f0aaad);
  h ^= h >>> 15;
  h = Math.imul(h, 0x735a2d97);
  return h ^ (h >>> 15);
}

/** A uniform number, 0 <= u < 1, for a seed, a purpose, and up to two numbers that say which draw it is. */
export function uniformFor(seed: number, purpose: Purpose, index: number, step = 0): number {
  let h = mix(seed ^ 0x6a09e667);
  for (const word of [PURPOSES[purpose], index, step]) h = mix(h ^ Math.imul(word + 1, 0x9e3779b1));
  return (h >>> 0) / 2 ** 32;
}
