/**
 * Chance by key: a draw depends on the seed, on what it is for and on its index, and on nothing else. So the same
 * seed gives connection 7 the same draws in every run, whatever happened to the other six.
 */

/** The 32-bit finaliser "lowbias32" (C. Wellons, hash-prospector). */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return h ^ (h >>> 15);
}

function key(seed: number, parts: readonly (string | number)[]): number {
  // FNV-1a over the parts' text; the separator cannot occur in a name.
  let hash = 0x811c9dc5 ^ mix(Math.trunc(seed) ^ Math.trunc(seed / 2 ** 32));
  const text = parts.join("\n");
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** One number of this key: 0 <= u < 1. */
export function draw(seed: number, ...parts: (string | number)[]): number {
  return (mix(key(seed, parts) + 0x9e3779b9) >>> 0) / 2 ** 32;
}

/** Numbers of this key, one after the other: 0 <= u < 1. */
export function draws(seed: number, ...parts: (string | number)[]): () => number {
  const start = key(seed, parts);
  let index = 0;
  return () => {
    index++;
    return (mix(start + Math.imul(index, 0x9e3779b9)) >>> 0) / 2 ** 32;
  };
}
