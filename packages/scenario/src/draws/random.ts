/**
 * Random numbers by key: a number depends on what it is for (seed, purpose, entity, index) and on nothing else, not
 * even on how many were drawn before. So a changed knob, one more service or another order of events leaves every
 * other draw as it was, and two runs with the same seed see the same arrivals and service times.
 *
 * A key is two 32-bit words; hashing a word into it gives the key of a part. The mixer is the 32-bit finaliser
 * "lowbias32" (C. Wellons, hash-prospector: bias 0.17), applied across both words. random.test.ts holds the draws
 * against uniformity, independence of neighbours, and collisions.
 */
export interface Key {
  readonly hi: number;
  readonly lo: number;
}

function mix(word: number): number {
  let h = word;
  h ^= h >>> 16;
  h = Math.imul(h, 0x21f0aaad);
  h ^= h >>> 15;
  h = Math.imul(h, 0x735a2d97);
  return h ^ (h >>> 15);
}

/** The low word of the key that `word` leads to. The two words are apart so that the hot path makes no objects. */
export function deriveLo(hi: number, lo: number, word: number): number {
  return mix(mix(lo ^ Math.imul(word, 0x9e3779b1)) ^ hi);
}

/** The high word of the key that `word` leads to. */
export function deriveHi(hi: number, lo: number, word: number): number {
  return mix(mix(hi ^ Math.imul(word, 0x85ebca6b)) + lo + 0x27d4eb2f);
}

export function derive(key: Key, word: number): Key {
  return { hi: deriveHi(key.hi, key.lo, word), lo: deriveLo(key.hi, key.lo, word) };
}

export function seedKey(seed: number): Key {
  return derive({ hi: mix(seed ^ 0x6a09e667), lo: mix(seed ^ 0xbb67ae85) }, 0);
}

/** FNV-1a over UTF-16 units: a name as a word of a key. */
export function nameWord(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return hash;
}

const TWO_POW_MINUS_53 = 2 ** -53;

/** The `index`-th number under a key: 0 <= u < 1, 53 bits. */
export function uniform(hi: number, lo: number, index: number): number {
  const a = deriveHi(hi, lo, index) >>> 5;
  const b = deriveLo(hi, lo, index) >>> 6;
  return (a * 67108864 + b) * TWO_POW_MINUS_53;
}
